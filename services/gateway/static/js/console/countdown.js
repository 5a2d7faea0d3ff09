// How long until the next update is due, second by second: "-12:05" once it is late.

const clocks = [...document.querySelectorAll("[data-fl-countdown]")];

function face(seconds) {
  const whole = Math.abs(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return (seconds < 0 ? "−" : "") + shown.map((part) => String(part).padStart(2, "0")).join(":");
}

function tick() {
  for (const clock of clocks) {
    const seconds = Math.round((Date.parse(clock.dataset.flCountdown) - Date.now()) / 1000);
    clock.textContent = face(seconds);
  }
}

if (clocks.length) {
  tick();
  setInterval(() => { if (!document.hidden) tick(); }, 1000);
}
