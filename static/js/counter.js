/* The counter with a scanner: codes are sent one after the other without leaving the page, the
   field keeps the focus, and each answer has its sound. Without this script every form works too. */
(() => {
  const desk = document.querySelector("[data-desk]");
  const scan = document.querySelector("[data-scan]");
  if (!desk || !scan) return;
  const field = scan.querySelector("[name=code]");
  const list = document.querySelector("[data-unbooked]");
  const HANGS_AFTER = 5_000;
  const GIVEN_UP_AFTER = 30_000;
  const LOOKS_AGAIN_AFTER = 5_000;
  const waiting = []; /* what was read or pressed, in order: {form, data(), code} or {key} */
  let inHand = null;
  let sent = 0;
  let closing = null;

  /* A sound for each kind of answer: [hertz, from, for] in seconds. */
  const SOUNDS = {
    lent: [[988, 0, 0.08], [1319, 0.09, 0.12]],
    ok: [[1320, 0, 0.09]],
    hold: [[880, 0, 0.12], [1175, 0.14, 0.12], [1568, 0.28, 0.18]],
    send: [[784, 0, 0.15], [784, 0.2, 0.15]],
    info: [[660, 0, 0.08]],
    look: [[440, 0, 0.12], [330, 0.14, 0.12], [440, 0.28, 0.12]],
    error: [[220, 0, 0.45]],
  };
  const ROUGH = ["error", "look"];
  let audio = null;
  function sound(tone) {
    const Context = window.AudioContext || window.webkitAudioContext;
    if (!Context || !SOUNDS[tone]) return;
    try {
      audio = audio || new Context();
      if (audio.state === "suspended") audio.resume();
      for (const [hertz, from, length] of SOUNDS[tone]) {
        const voice = audio.createOscillator();
        const loudness = audio.createGain();
        const start = audio.currentTime + from;
        voice.type = ROUGH.includes(tone) ? "square" : "sine";
        voice.frequency.value = hertz;
        loudness.gain.setValueAtTime(0.15, start);
        loudness.gain.exponentialRampToValueAtTime(0.001, start + length);
        voice.connect(loudness).connect(audio.destination);
        voice.start(start);
        voice.stop(start + length);
      }
    } catch {
      /* a machine without loudspeakers: colour and word say the same */
    }
  }

  /* Codes that nobody booked: listed until they are read again or thrown away, over a reload too. */
  const KEPT = "counter: codes not booked";
  const unbooked = {
    read: () => JSON.parse(sessionStorage.getItem(KEPT) || "[]"),
    write(codes) {
      sessionStorage.setItem(KEPT, JSON.stringify(codes));
      this.show();
    },
    add(codes) {
      const at = new Date().toTimeString().slice(0, 5);
      const fresh = codes.filter((code) => code).map((code) => ({ code, at }));
      this.write([...this.read().filter((one) => !codes.includes(one.code)), ...fresh]);
    },
    remove(code) {
      this.write(this.read().filter((one) => one.code !== code));
    },
    show() {
      list.replaceChildren();
      const codes = this.read();
      if (!codes.length) return;
      const box = element("section", "", "counter-unbooked");
      box.setAttribute("aria-label", "記録できたか分からない番号");
      box.append(element("h2", "記録できたか分からない番号: もう一度読み取ってください"));
      const rows = element("ul", "");
      for (const one of codes) {
        const row = element("li", `${one.at} ${one.code}`);
        const away = element("button", "消す", "quiet");
        away.type = "button";
        away.setAttribute("aria-label", `${one.code}を消す`);
        away.addEventListener("click", () => {
          this.remove(one.code);
          field.focus();
        });
        row.append(away);
        rows.append(row);
      }
      box.append(rows);
      list.append(box);
    },
  };

  function element(name, text, style) {
    const made = document.createElement(name);
    made.textContent = text;
    if (style) made.className = style;
    return made;
  }

  class LoginEnded extends Error {}

  async function request(url, options) {
    const answer = await fetch(url, {
      headers: { "X-Desk": "part" },
      redirect: "manual",
      signal: AbortSignal.timeout(GIVEN_UP_AFTER),
      ...options,
    });
    if (answer.type === "opaqueredirect") throw new LoginEnded();
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.text();
  }

  function show(part) {
    desk.innerHTML = part;
    forgetTheBorrowerInTime();
  }

  /* The card closes on the screen when it closes on the server. */
  function forgetTheBorrowerInTime() {
    clearTimeout(closing);
    const mode = desk.querySelector("[data-closes-in]");
    if (mode) closing = setTimeout(look, Number(mode.dataset.closesIn) * 1000 + 250);
  }

  async function look() {
    if (inHand) return; /* its answer shows the desk */
    const before = sent;
    try {
      const part = await request(location.href);
      if (sent === before) show(part); /* an answer that came meanwhile is newer */
    } catch (error) {
      if (sent === before) trouble(error);
    }
  }

  function trouble(error) {
    const told = element("p", "つながりませんでした。つながりしだい、この画面を出し直します。");
    if (error instanceof LoginEnded) {
      told.textContent = "ログインの時間が切れました。";
      const again = element("a", "ログインして、この画面に戻る");
      again.href = `/admin/login/?next=${encodeURIComponent(location.pathname)}`;
      told.append(again);
    } else {
      setTimeout(look, LOOKS_AGAIN_AFTER);
    }
    /* Nobody can say whether the card is still open: neither its name nor a button may stay. */
    desk.replaceChildren();
    warn(told);
  }

  function warn(told) {
    told.className = "counter-warning";
    told.setAttribute("role", "alert");
    desk.prepend(told);
    sound("error");
  }

  function tellThatItHangs() {
    const codes = [inHand, ...waiting].map((one) => one && one.code).filter((code) => code);
    warn(
      element(
        "p",
        `5秒たっても答えがありません。読み取りを止めてお待ちください。待っている番号 ${codes.length}件: ${codes.join("、")}`,
      ),
    );
  }

  async function send({ form, data, code }) {
    sent += 1;
    const slow = setTimeout(tellThatItHangs, HANGS_AFTER);
    try {
      show(await request(form.action, { method: "POST", body: new URLSearchParams(data()) }));
    } finally {
      clearTimeout(slow);
    }
    const said = desk.querySelector("[data-sound]");
    if (said) sound(said.dataset.sound);
    if (code) unbooked.remove(code);
    return !(said && "stops" in said.dataset);
  }

  async function work() {
    if (inHand) return;
    desk.setAttribute("aria-busy", "true");
    while ((inHand = waiting.shift() || null)) {
      try {
        if (inHand.key) press(inHand.key);
        else if (!(await send(inHand))) putBack([]);
      } catch (error) {
        putBack([inHand.code]);
        trouble(error);
      }
    }
    desk.removeAttribute("aria-busy");
  }

  /* What was read while the answer was not known yet is read again, in sight of it. */
  function putBack(codes) {
    const behind = waiting.splice(0).map((one) => one.code);
    unbooked.add([...codes, ...behind].filter((code) => code));
  }

  function queue(entry) {
    if (inHand && inHand.key) waiting.unshift(entry); /* the key's own press */
    else waiting.push(entry);
    field.focus();
    work();
  }

  function press(key) {
    desk.querySelector(`[data-key="${CSS.escape(key)}"]`)?.click();
  }

  scan.addEventListener("submit", (event) => {
    event.preventDefault();
    const asShown = new FormData(scan);
    const code = asShown.get("code").trim();
    field.value = "";
    if (!code) return;
    /* A code read behind others counts for the desk that their answers leave. */
    const behind = inHand !== null;
    const data = () => {
      const now = behind ? new FormData(scan) : asShown;
      now.set("code", code);
      return now;
    };
    queue({ form: scan, data, code });
  });

  desk.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (event.target.method !== "post") return;
    if (button && button.dataset.sure && !window.confirm(button.dataset.sure)) {
      event.preventDefault();
      return;
    }
    if ("whole" in event.target.dataset) return; /* answered by a whole page */
    event.preventDefault();
    const asShown = new FormData(event.target);
    queue({ form: event.target, data: () => asShown });
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const key = CSS.escape(event.key);
    if (inHand ? /^(F8|F9|Escape)$/.test(event.key) : desk.querySelector(`[data-key="${key}"]`)) {
      event.preventDefault();
      /* Pressed behind a code, it means the answer to that code. */
      if (inHand) queue({ key: event.key });
      else press(event.key);
      return;
    }
    const elsewhere = event.target.closest("input, select, textarea, [contenteditable]");
    if (event.key.length === 1 && event.key !== " " && !elsewhere) field.focus();
  });

  /* With a Japanese keyboard on, the Enter of a scanner only ends the composition. */
  let entered = false;
  field.addEventListener("keydown", (event) => {
    entered = event.isComposing && event.key === "Enter";
  });
  field.addEventListener("compositionend", () => {
    if (entered) setTimeout(() => scan.requestSubmit());
    entered = false;
  });

  window.addEventListener("focus", () => field.focus());
  window.addEventListener("pagehide", () => putBack([inHand && inHand.code]));
  window.addEventListener("pageshow", (event) => event.persisted && look());
  document.addEventListener("visibilitychange", () => document.hidden || look());
  unbooked.show();
  forgetTheBorrowerInTime();
  field.focus();
})();
