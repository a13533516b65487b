/* The sheet of components: each sample in the light and the dark scheme side by side, states that a
   finger or a key would bring shown standing still, and the page as it is printed. All of it is read
   from the style sheets themselves, so the sheet cannot say anything else than they do. */
(() => {
  "use strict";
  const STATES = { ":hover": ".as-hover", ":focus-visible": ".as-focus", ":active": ".as-active" };
  const DARK = "(prefers-color-scheme: dark)";
  const sheets = [...document.styleSheets].filter((sheet) => sheet.media.mediaText !== "print");

  const standing = (selector) =>
    Object.entries(STATES).reduce((words, [state, name]) => words.replaceAll(state, name), selector);
  const within = (scheme, selector) =>
    selector
      .split(/,(?![^(]*\))/)
      .map((one) => one.trim())
      .map((one) => (one === ":root" ? scheme : `${scheme} ${one}`))
      .join(", ");

  function add(sheet, place, text) {
    try {
      sheet.insertRule(text, place);
    } catch {
      /* a rule that cannot be told so is not needed here */
    }
  }

  for (const sheet of sheets) {
    /* From the last to the first, each copy right behind its rule: what comes later wins, as ever. */
    for (let at = sheet.cssRules.length - 1; at >= 0; at -= 1) {
      const rule = sheet.cssRules[at];
      const isDark = rule.conditionText === DARK;
      if (rule.selectorText === ":root") add(sheet, at + 1, rule.cssText.replace(":root", ".as-light"));
      for (const inner of isDark ? [...rule.cssRules].reverse() : []) {
        add(sheet, at + 1, `${within(".as-dark", inner.selectorText)} { ${inner.style.cssText} }`);
      }
      if (rule.selectorText && standing(rule.selectorText) !== rule.selectorText) {
        add(sheet, at + 1, `${standing(rule.selectorText)} { ${rule.style.cssText} }`);
      }
    }
  }

  /* A second sample with names of its own, for no name may stand twice on a page. */
  const samples = [...document.querySelectorAll(".sample")];
  const twins = samples.map((sample) => {
    const twin = sample.cloneNode(true);
    sample.classList.add("as-light");
    twin.classList.add("as-dark");
    for (const one of twin.querySelectorAll("*")) {
      for (const name of ["id", "for", "name", "form", "aria-describedby", "aria-labelledby", "popovertarget"]) {
        if (one.hasAttribute(name)) one.setAttribute(name, `dark-${one.getAttribute(name)}`);
      }
      if (one.hasAttribute("aria-label")) one.setAttribute("aria-label", `${one.getAttribute("aria-label")}(暗い配色)`);
    }
    sample.after(twin);
    return twin;
  });

  const paper = document.querySelector("[data-paper]");
  const print = document.querySelector('link[media="print"]');
  paper.hidden = false;
  paper.addEventListener("click", () => {
    const now = print.media === "print";
    print.media = now ? "all" : "print";
    paper.setAttribute("aria-pressed", now);
    /* Paper knows one scheme. */
    for (const sample of samples) sample.classList.toggle("as-light", !now);
    for (const twin of twins) twin.hidden = now;
  });
})();
