/* A button that prints the page, where there is script; the browser's own menu does it too. */
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
