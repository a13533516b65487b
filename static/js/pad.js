/* On a terminal: keys on the screen for whoever has no keyboard, and a barcode reader understood.
   Numbers for a field that takes numbers; kana, letters and numbers for every other. */
(() => {
  "use strict";
  const LAYOUTS = {
    numbers: { rows: ["123", "456", "789", "<0>"] },
    kana: {
      name: "かな",
      rows: ["わらやまはなたさかあ", "をり　みひにちしきい", "んるゆむふぬつすくう", "ーれ　めへねてせけえ", "゛ろよもほのとそこお", "゜っゃゅょ <>"],
    },
    letters: { name: "ABC", rows: ["1234567890", "qwertyuiop", "asdfghjkl-", "^zxcvbnm._", "<!?@# >"] },
  };
  const VOICED = { か: "が", き: "ぎ", く: "ぐ", け: "げ", こ: "ご", さ: "ざ", し: "じ", す: "ず", せ: "ぜ", そ: "ぞ", た: "だ", ち: "ぢ", つ: "づ", て: "で", と: "ど", は: "ば", ひ: "び", ふ: "ぶ", へ: "べ", ほ: "ぼ", う: "ゔ" };
  const HALF = { は: "ぱ", ひ: "ぴ", ふ: "ぷ", へ: "ぺ", ほ: "ぽ", ば: "ぱ", び: "ぴ", ぶ: "ぷ", べ: "ぺ", ぼ: "ぽ" };
  const NAMES = { "<": "消す", ">": "つぎへ", "^": "大文字", " ": "空白" };

  let field = null;
  let pad = null;
  let layout = "kana";
  let large = false;

  const typed = () => field.dispatchEvent(new Event("input", { bubbles: true }));
  const insert = (text) => {
    const [from, to] = [field.selectionStart ?? field.value.length, field.selectionEnd ?? field.value.length];
    if (field.maxLength > 0 && field.value.length - (to - from) >= field.maxLength) return;
    field.setRangeText(text, from, to, "end");
    typed();
  };
  const last = () => field.value.slice(0, field.selectionStart ?? field.value.length).at(-1);
  const replaceLast = (text) => {
    const at = field.selectionStart ?? field.value.length;
    field.setRangeText(text, at - 1, at, "end");
    typed();
  };
  const nextField = () => {
    const fields = [...field.form.querySelectorAll("input, select, textarea")].filter(takesKeys);
    return fields[fields.indexOf(field) + 1];
  };
  const buttons = () => [...field.form.querySelectorAll("button")].filter((one) => one.type === "submit");
  const forward = () => {
    const next = nextField();
    if (next) next.focus();
    else if (buttons().length === 1) field.form.requestSubmit();
    else buttons()[0]?.scrollIntoView({ block: "center" });
  };
  const press = (key) => {
    if (key === "<") {
      const at = field.selectionStart ?? field.value.length;
      if (at > 0) replaceLast("");
    } else if (key === ">") forward();
    else if (key === "゛" || key === "゜") {
      const to = (key === "゛" ? VOICED : HALF)[last()];
      if (to) replaceLast(to);
    } else if (key === "^") {
      large = !large;
      draw();
    } else if (LAYOUTS[key]) {
      layout = key;
      draw();
    } else insert(large ? key.toUpperCase() : key);
  };

  const nameOf = (key) => (key === ">" && !nextField() && buttons().length === 1 ? buttons()[0].textContent.trim() : NAMES[key]);
  const keyOf = (key, label = nameOf(key) || (large ? key.toUpperCase() : key)) => {
    const button = document.createElement("button");
    button.type = "button";
    button.tabIndex = -1;
    button.textContent = label;
    button.dataset.key = key;
    if (label.length > 1) button.className = "small";
    if (key === "^") button.setAttribute("aria-pressed", large);
    if (key === layout) button.setAttribute("aria-pressed", "true");
    return button;
  };
  const rowOf = (keys) => {
    const row = document.createElement("div");
    row.className = "row";
    row.append(...keys);
    return row;
  };
  const draw = () => {
    const rows = LAYOUTS[layout].rows.map((row) =>
      rowOf([...row].map((key) => (key === "　" ? gap() : keyOf(key)))),
    );
    if (layout !== "numbers") {
      rows.unshift(rowOf(["kana", "letters"].map((name) => keyOf(name, LAYOUTS[name].name))));
    }
    pad.className = `pad ${layout}`;
    pad.replaceChildren(...rows);
  };
  const gap = () => {
    const nothing = document.createElement("span");
    nothing.className = "key-gap";
    return nothing;
  };

  function takesKeys(one) {
    return one.matches("input:not([type]), input[type=text], input[type=search], input[type=password], input[type=tel], input[type=email], input[type=number]") && !one.readOnly && !one.disabled;
  }
  const show = (one) => {
    if (field === one && pad) return;
    field = one;
    const wants = one.inputMode === "numeric" || one.type === "tel" || one.type === "number";
    layout = wants ? "numbers" : one.type === "password" || one.type === "email" ? "letters" : "kana";
    large = false;
    if (!pad) {
      pad = document.createElement("div");
      pad.setAttribute("role", "region");
      pad.setAttribute("aria-label", "画面のキー");
      pad.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
      pad.addEventListener("click", (event) => {
        const key = event.target.closest("button")?.dataset.key;
        if (key !== undefined) press(key);
      });
    }
    draw();
    (one.closest(".field") || one.closest("form")).after(pad);
  };

  addEventListener("focusin", (event) => {
    if (takesKeys(event.target) && event.target.form) show(event.target);
  });

  /* A reader types the number and ends with Enter: on to the password, not off with half a form.
     Some send the start and stop letters of the code along. */
  addEventListener("keydown", (event) => {
    const one = event.target;
    if (event.key !== "Enter" || one.name !== "card_number" || !one.form) return;
    one.value = one.value.trim().replace(/^[a-d](.*)[a-d]$/i, "$1");
    const password = one.form.querySelector("input[type=password]");
    if (password && !password.value) {
      event.preventDefault();
      password.focus();
    }
  });

  const searching = location.pathname === "/search/" && !location.search;
  const first = document.querySelector(searching ? "input[type=search]" : "main input[name=card_number], main input[autofocus]");
  if (first && takesKeys(first)) {
    first.focus();
    first.select(); // a reader that reads once more replaces what stands there
  }
})();
