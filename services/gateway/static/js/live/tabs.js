// A tab that lives holds a lock of its name, so others notice when it crashed or was closed without a word.

const lockOf = (tab) => `fl-tab-${tab}`;

/** Names this tab, for as long as it lives; held() is called when others can wait for its end. */
export function liveTab(held) {
  const tab = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  navigator.locks?.request(lockOf(tab), () => {
    held();
    return new Promise(() => {});
  });
  return tab;
}

/** Calls back once when a tab is there no more. Without locks only its own farewell tells. */
export function outlived(tab, callback) {
  navigator.locks?.request(lockOf(tab), { mode: "shared" }, () => callback());
}
