/* Changes without leaving the page. What stands inside [data-live] — forms, and links to the same
   page — is fetched in the background; the answer is a whole page, of which the parts marked
   [data-part] take the place of ours. Whatever goes wrong, the browser does it its own way, and
   without this script it always does. data-live="total" names what gets the focus afterwards. */
(() => {
  "use strict";
  const main = document.getElementById("main");
  const frame = document.getElementById("page");
  if (!main || !frame) return;
  const byId = (id, page = document) => page.getElementById(id);
  const CHANGED = "changed"; // when something was last changed in this tab
  const BOXES = [".result-action", ".line-action", ".actions"]; // what can be done with a row
  let changed = sessionStorage.getItem(CHANGED);
  let shown = location.pathname + location.search;
  let turn = Promise.resolve(); // one after the other, so that the last answer is the true one
  let looks = 0;
  let leaving = false; // for a page of the reader's own choice: what is under way may fail then

  document.addEventListener("submit", (event) => {
    const [form, button] = [event.target, event.submitter];
    if (event.defaultPrevented) return;
    if (!form.closest("[data-live]") || form.dataset.plainly) return void (leaving = true);
    event.preventDefault();
    const pressed = button || form;
    if (pressed.ariaBusy === "true") return; // the second press of a double one
    const told = new FormData(form);
    if (button && button.name) told.append(button.name, button.value);
    const own = (name) => button && button.getAttribute(`form${name}`);
    const address = new URL(own("action") || form.getAttribute("action") || "", location.href);
    const isLook = (own("method") || form.getAttribute("method") || "get").toLowerCase() === "get";
    const body = new URLSearchParams(told);
    if (isLook) address.search = body;
    const plainly = () => {
      form.dataset.plainly = "yes";
      form.requestSubmit(button);
    };
    begin({ address, body: isLook ? null : body, pressed, plainly });
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || link.hash || link.download) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const isHere = link.origin === location.origin && link.pathname === location.pathname;
    if (!isHere || !link.closest("[data-live]")) return void (leaving = true);
    event.preventDefault();
    begin({ address: new URL(link.href), pressed: link });
  });

  addEventListener("popstate", (event) => {
    if (location.pathname + location.search === shown) return; // within the page, as by 本文へ
    begin({ address: new URL(location.href), goesTo: event.state ? event.state.y : 0 });
  });

  /* Back to a page that the browser kept from before a change: it is brought up to date. */
  addEventListener("pageshow", (event) => {
    leaving = false;
    const [visit] = performance.getEntriesByType("navigation");
    const again = visit && visit.type === "back_forward" && visit.transferSize === 0;
    if ((event.persisted || again) && sessionStorage.getItem(CHANGED) !== (event.persisted ? changed : null)) {
      begin({ address: new URL(location.href), goesTo: scrollY });
    }
  });

  function begin(errand) {
    if (errand.pressed) errand.pressed.ariaBusy = errand.pressed.ariaDisabled = "true";
    main.ariaBusy = "true";
    if (!errand.body) errand.look = ++looks;
    turn = turn.then(() => fetched(errand)).finally(() => { main.ariaBusy = null; });
  }

  async function fetched({ address, body, look, pressed, goesTo, plainly }) {
    if (look && look !== looks) return; // another list has been asked for since
    try {
      const answer = await fetch(address, body ? { method: "POST", body, keepalive: true } : {});
      if (!answer.ok || (body && !answer.redirected)) throw new Error(answer.status);
      const to = new URL(answer.url);
      if (body) sessionStorage.setItem(CHANGED, (changed = String(Date.now())));
      if (to.pathname !== location.pathname) return location.assign(to); // the login, for one
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!byId("page", page)) throw new Error("not a page of ours");
      if (goesTo === undefined) remember(to.pathname + to.search);
      else shown = to.pathname + to.search;
      put(page, pressed);
      if (goesTo !== undefined) scrollTo(0, goesTo);
    } catch {
      if (leaving) return;
      if (plainly) plainly();
      else location.assign(address);
    } finally {
      if (pressed) pressed.ariaBusy = pressed.ariaDisabled = null;
    }
  }

  function remember(address) {
    if (address === shown) return;
    history.replaceState({ y: scrollY }, "");
    history.pushState({ y: 0 }, "", address);
    shown = address;
  }

  function put(page, pressed) {
    const to = pressed && pressed.closest("[data-live]").dataset.live;
    const active = document.activeElement === document.body ? pressed : document.activeElement;
    const mark = active && marked(active);
    const opened = [...frame.querySelectorAll("details[open] > summary")].map(words);
    document.title = page.title;
    for (const next of document.querySelectorAll("header [name=next], #session-end [name=next]")) {
      next.value = shown; // forms outside the parts lead back to what is shown now
    }
    for (const id of partsOf(page)) {
      const [here, there] = [byId(id), byId(id, page)];
      if (here && there && here.innerHTML !== there.innerHTML) here.replaceChildren(...there.childNodes);
    }
    for (const summary of frame.querySelectorAll("details > summary")) {
      if (opened.includes(words(summary))) summary.parentElement.open = true;
    }
    say();
    if (to) focus(byId(to), true);
    else if (active && !active.isConnected) focus(found(mark), false);
  }

  /* The finer parts where both pages have the same; else all that lies under the messages. */
  function partsOf(page) {
    const inner = (root) => [...root.querySelectorAll("#page [data-part]")].map((part) => part.id);
    const [ours, theirs] = [inner(document), inner(page)];
    const alike = ours.length && ours.join() === theirs.join();
    return ["site-nav", "messages", ...(alike ? ours : ["page"])];
  }

  /* What was done floats over the page, for its place may be out of sight. */
  function say() {
    const messages = byId("messages");
    const isSeen = messages.querySelector(".notice") !== null; // some words are for the ear only
    messages.classList.toggle("floats", isSeen);
    if (!isSeen) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button quiet small";
    button.textContent = "閉じる";
    button.addEventListener("click", () => {
      messages.replaceChildren();
      messages.classList.remove("floats");
    });
    messages.append(button);
  }

  /* Where the keyboard was, told so that it can be found again: what it is called, and the named
     places around it from the nearest outwards. */
  function marked(element) {
    const around = [];
    for (let one = element; one && one !== main; one = one.parentElement) if (one.id) around.push(one.id);
    const box = BOXES.find((name) => element.closest(name));
    return { tag: element.localName, words: words(element), box, around };
  }

  function found({ tag, words: wanted, box, around }) {
    const places = around.map((id) => byId(id)).filter(Boolean);
    for (const place of places) {
      const same = [...place.querySelectorAll(tag)].find((one) => words(one) === wanted);
      if (same) return same;
    }
    const [nearest] = places;
    return (nearest && box && nearest.querySelector(`${box} :is(a, button)`)) || nearest;
  }

  /* Numbers change beside a name: 中央図書館 412. */
  const words = (element) => element.textContent.trim().replace(/\s+[\d,]+$/, "");

  function focus(element, intoSight) {
    if (!element) return;
    if (element.tabIndex < 0) element.tabIndex = -1;
    element.focus({ preventScroll: true });
    if (intoSight) element.scrollIntoView({ block: "start" });
  }
})();
