/* The page's own clock beside the server's: it warns before a login ends by itself, reports
   touch and typing now and then, and leaves the page when the end has come. The server decides;
   without this script the next press leads to the login, which says why. */
(() => {
  "use strict";
  const box = document.getElementById("session-end");
  if (!box) return;
  const form = box.querySelector("form");
  const words = box.querySelector("[data-until]");
  const warning = Number(box.dataset.warning) * 1000;
  const report = Number(box.dataset.report) * 1000;
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("session-end") : null;
  let ends = Date.now() + Number(box.dataset.left) * 1000;
  let reported = Date.now();
  let asking = false;

  function heard(end) {
    ends = Math.max(ends, end);
    if (!box.hidden && ends - Date.now() > warning) box.hidden = true;
  }

  function leave() {
    const here = location.pathname + location.search;
    location.replace(box.dataset.after + "?ended=1&next=" + encodeURIComponent(here));
  }

  async function stay() {
    if (asking) return;
    asking = true;
    reported = Date.now();
    try {
      const answer = await fetch(form.action, {
        method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, redirect: "manual",
      });
      if (!answer.ok) { leave(); return; }
      const { left } = await answer.json();
      ends = Date.now() + left * 1000;
      heard(ends);
      if (tabs) tabs.postMessage(ends);
    } catch {
      /* No network: the clock goes on. */
    } finally {
      asking = false;
    }
  }

  function touched() {
    if (box.hidden && Date.now() - reported >= report) stay();
  }

  function tick() {
    const left = ends - Date.now();
    if (left <= 0) { leave(); return; }
    if (left > warning) return;
    const seconds = Math.ceil(left / 1000);
    words.textContent = seconds > 60 ? Math.ceil(seconds / 60) + box.dataset.minutes : seconds + box.dataset.seconds;
    if (box.hidden) {
      box.hidden = false;
      box.querySelector("button").focus();
    }
  }

  form.addEventListener("submit", (event) => { event.preventDefault(); box.hidden = true; stay(); });
  for (const sign of ["pointerdown", "keydown", "scroll"]) {
    document.addEventListener(sign, touched, { passive: true, capture: true });
  }
  if (tabs) {
    tabs.addEventListener("message", (event) => heard(event.data));
    tabs.postMessage(ends);
  }
  /* Back after a logout must not show what the browser kept of the page. */
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  setInterval(tick, 1000);
})();
