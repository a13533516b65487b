/* A new password is typed once, so it can be looked at. Without this script it is typed blind. */
(() => {
  "use strict";
  for (const field of document.querySelectorAll("input[data-showable]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button quiet small";
    button.setAttribute("aria-controls", field.id);
    const show = (shown) => {
      field.type = shown ? "text" : "password";
      button.textContent = shown ? "パスワードを隠す" : "パスワードを表示する";
    };
    show(false);
    button.addEventListener("click", () => show(field.type === "password"));
    field.after(button);
    /* Sent as a password, so that browsers offer to keep it and never remember it as text. */
    field.form.addEventListener("submit", () => show(false));
  }
})();
