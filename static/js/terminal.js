/* On a terminal: 60 seconds without a touch end the visit, in sight and with a warning (rule 8.2).
   The server counts by itself; this page shows the seconds, reports touch and typing, and leaves. */
(() => {
  "use strict";
  const form = document.querySelector("[data-terminal-end]");
  if (!form) return;
  const seconds = (name) => Number(form.dataset[name]) * 1000;
  const [idle, warning, report] = [seconds("idle"), seconds("warning"), seconds("report")];
  const ring = form.querySelector(".ring");
  const circle = ring.querySelector(".left");
  const number = ring.querySelector("b");
  const dialog = document.querySelector(".terminal-warning");
  const goOn = dialog.querySelector("[data-go-on]");
  const left = dialog.querySelector("[data-left]");
  const visiting = sessionStorage.getItem("visit") !== null;

  let touched = Date.now();
  let reported = Date.now();
  let pending = 0;
  let leaving = false;
  let before = null;

  const tell = () => {
    pending = 0;
    reported = Date.now();
    fetch(form.dataset.here, { method: "POST", keepalive: true }).catch(() => {});
  };
  const touch = () => {
    if (leaving) return;
    touched = Date.now();
    if (!pending) pending = setTimeout(tell, Math.max(0, reported + report - touched));
  };
  const leave = () => {
    leaving = true;
    document.documentElement.classList.add("leaving"); // at once, whether the server answers or not
    const body = new URLSearchParams({ left: "" });
    fetch(form.action, { method: "POST", body, redirect: "manual" }).then(
      () => location.replace(form.dataset.home),
      () => setTimeout(leave, 5000),
    );
  };
  const warn = (yes) => {
    if (dialog.hidden !== yes) return;
    dialog.hidden = !yes;
    if (yes) {
      before = document.activeElement;
      goOn.focus();
    } else if (before) {
      before.focus();
    }
  };
  const tick = () => {
    const remaining = idle - (Date.now() - touched);
    const whole = Math.max(0, Math.ceil(remaining / 1000));
    number.textContent = left.textContent = whole;
    circle.style.strokeDashoffset = 100 - (100 * remaining) / idle;
    ring.classList.toggle("soon", remaining <= warning);
    warn(remaining <= warning);
    if (remaining <= 0 && !leaving) leave();
  };

  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => print());
  });
  document.querySelectorAll("form, input, textarea").forEach((one) => one.setAttribute("autocomplete", "off"));
  const greeting = document.querySelector("[data-home-after]");
  if (greeting) setTimeout(() => location.replace(form.dataset.home), greeting.dataset.homeAfter * 1000);
  if (!visiting) return;
  ring.hidden = false;
  for (const kind of ["pointerdown", "keydown", "input", "wheel", "touchmove"]) {
    addEventListener(kind, touch, { passive: true, capture: true });
  }
  goOn.addEventListener("click", touch);
  tick();
  setInterval(tick, 250);
})();
