// Words while typing, for every search box: a combobox with a list under it.
// https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
// Without this script the box searches all the same; when no words come, nothing is shown.

const PAUSE = 120; // milliseconds without a key before words are asked for
const KINDS = { author: "著者", series: "シリーズ" };

for (const form of document.querySelectorAll("form[data-suggest]")) {
  offerWords(form, form.querySelector("input[type=search]"));
}

function offerWords(form, box) {
  const list = form.appendChild(element("ul", { className: "suggest", id: `${box.id}-words`, hidden: true }));
  const told = form.appendChild(element("p", { className: "sr" }));
  let chosen = -1;
  let pause;
  let asking;

  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "ことばの候補");
  told.setAttribute("role", "status");
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");

  box.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(ask, PAUSE);
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return; // the key belongs to the conversion
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps && !list.hidden) choose(chosen + steps[event.key]);
    else if (event.key === "ArrowDown" && box.value.trim()) ask();
    else if (event.key === "Enter" && chosen >= 0) take(list.children[chosen].dataset.words);
    else if (event.key === "Escape" && !list.hidden) close();
    else return;
    event.preventDefault();
  });
  box.addEventListener("blur", close);
  form.addEventListener("submit", close);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("li");
    if (option) take(option.dataset.words);
  });

  async function ask() {
    asking?.abort();
    asking = new AbortController();
    const typed = box.value.trim();
    if (!typed) return close();
    try {
      // Sent without a cookie: what is typed belongs to nobody.
      const address = `${form.dataset.suggest}?${new URLSearchParams({ q: typed })}`;
      const answer = await fetch(address, { signal: asking.signal, credentials: "omit" });
      const { suggestions } = answer.ok ? await answer.json() : { suggestions: [] };
      if (typed === box.value.trim() && document.activeElement === box) show(suggestions);
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  function show(suggestions) {
    if (!suggestions.length) return close();
    chosen = -1;
    list.replaceChildren(...suggestions.map(option));
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
    box.removeAttribute("aria-activedescendant");
    told.textContent = `候補が${suggestions.length}件あります。上下の矢印で選べます。`;
  }

  function option({ words, kind, kind_name, parts }, number) {
    const line = element("li", { id: `${list.id}-${number}` });
    line.setAttribute("role", "option");
    line.setAttribute("aria-selected", "false");
    line.dataset.words = words;
    const shown = element("span", { textContent: parts ? "" : words });
    shown.append(...(parts ?? []).map(withReading));
    line.append(shown);
    const named = kind in KINDS ? KINDS[kind] : parts && kind_name;
    if (named) line.append(element("small", { textContent: named }));
    return line;
  }

  function choose(number) {
    const options = [...list.children];
    chosen = number < -1 ? options.length - 1 : number >= options.length ? -1 : number;
    options.forEach((line, at) => line.setAttribute("aria-selected", String(at === chosen)));
    if (chosen < 0) return box.removeAttribute("aria-activedescendant");
    box.setAttribute("aria-activedescendant", options[chosen].id);
    options[chosen].scrollIntoView({ block: "nearest" });
  }

  function take(words) {
    box.value = words;
    close();
    form.requestSubmit();
  }

  function close() {
    clearTimeout(pause);
    asking?.abort();
    chosen = -1;
    list.hidden = true;
    told.textContent = "";
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }
}

// A piece of a title with its reading above it, on the children's pages.
function withReading([text, reading]) {
  if (!reading) return document.createTextNode(text);
  const ruby = element("ruby", { textContent: text });
  const above = ruby.appendChild(element("rt", { textContent: reading }));
  above.setAttribute("aria-hidden", "true");
  return ruby;
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}
