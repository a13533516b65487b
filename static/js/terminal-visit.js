/* On a terminal: a page of the visitor before is not shown to the one after, whoever presses Back.
   Each visit has a name; each entry of the history remembers the visit it belongs to. Runs before
   the page is drawn. */
(() => {
  "use strict";
  const { home, nobody } = document.currentScript.dataset;
  const atHome = location.pathname === home;

  const check = () => {
    if (atHome && nobody !== undefined) sessionStorage.removeItem("visit");
    let visit = sessionStorage.getItem("visit");
    const belongsTo = history.state && history.state.visit;
    if (belongsTo && belongsTo !== visit && !atHome) {
      document.documentElement.classList.add("leaving");
      location.replace(home);
      return;
    }
    if (!visit && !(atHome && nobody !== undefined)) {
      visit = Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(36)).join("");
      sessionStorage.setItem("visit", visit);
    }
    if (visit) history.replaceState({ visit }, "");
  };

  check();
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
})();
