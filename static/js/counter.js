/* The counter with a scanner: codes are sent one after the other without leaving the page, the
   field keeps the focus, and each answer has its sound. Without this script every form works too. */
(() => {
  const desk = document.querySelector("[data-desk]");
  const scan = document.querySelector("[data-scan]");
  if (!desk || !scan) return;
  const field = scan.querySelector("[name=code]");
  const waiting = [];
  let busy = false;

  /* A sound for each kind of answer: [hertz, from, for] in seconds. */
  const SOUNDS = {
    ok: [[1320, 0, 0.09]],
    hold: [[880, 0, 0.12], [1175, 0.14, 0.12], [1568, 0.28, 0.18]],
    send: [[784, 0, 0.15], [784, 0.2, 0.15]],
    info: [[660, 0, 0.08]],
    error: [[220, 0, 0.45]],
  };
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
        voice.type = tone === "error" ? "square" : "sine";
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

  async function send(form, data) {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(data),
      headers: { "X-Desk": "part" },
      redirect: "manual",
    });
    if (!answer.ok) throw new Error(String(answer.status));
    desk.innerHTML = await answer.text();
    const said = desk.querySelector("[data-sound]");
    if (said) sound(said.dataset.sound);
  }

  function trouble() {
    const told = document.createElement("p");
    told.className = "counter-warning";
    told.setAttribute("role", "alert");
    told.textContent =
      "つながりませんでした。画面を読み直して、最後の資料からもう一度読み取ってください。";
    desk.prepend(told);
    sound("error");
  }

  async function work() {
    if (busy) return;
    busy = true;
    desk.setAttribute("aria-busy", "true");
    while (waiting.length) {
      const [form, data] = waiting.shift();
      try {
        await send(form, data);
      } catch {
        waiting.length = 0; /* what was scanned meanwhile is scanned again, in sight */
        trouble();
      }
    }
    busy = false;
    desk.removeAttribute("aria-busy");
  }

  scan.addEventListener("submit", (event) => {
    event.preventDefault();
    waiting.push([scan, new FormData(scan)]);
    field.value = "";
    field.focus();
    work();
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
    waiting.push([event.target, new FormData(event.target)]);
    field.focus();
    work();
  });

  document.addEventListener("keydown", (event) => {
    const keyed = desk.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (keyed && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      keyed.click();
      return;
    }
    const elsewhere = event.target.closest("input, select, textarea, [contenteditable]");
    const aKey = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (aKey && event.key !== " " && !elsewhere) field.focus();
  });
  window.addEventListener("focus", () => field.focus());
  field.focus();
})();
