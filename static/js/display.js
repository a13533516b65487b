// 文字・ふりがな: a press on a size shows at once; the panel closes like any other.
// Without this script each press is a form that leads back to the page.

for (const panel of document.querySelectorAll("details.display")) {
  const form = panel.querySelector("[data-display]");

  form.addEventListener("submit", (event) => {
    const pressed = event.submitter;
    if (pressed?.name !== "size") return; // readings come with the page
    event.preventDefault();
    const body = new URLSearchParams({ size: pressed.value });
    fetch(form.action, { method: "POST", body, redirect: "manual" }).then(
      () => show(pressed),
      () => form.submit(),
    );
  });

  function show(pressed) {
    const page = document.documentElement.classList;
    page.remove("size-large", "size-largest");
    if (pressed.value !== "standard") page.add(`size-${pressed.value}`);
    for (const size of form.querySelectorAll("[name=size]")) size.setAttribute("aria-pressed", String(size === pressed));
  }

  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !panel.open) return;
    panel.open = false;
    panel.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    if (!panel.contains(event.target)) panel.open = false;
  });
}
