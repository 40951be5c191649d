(() => {
  const open = indexedDB.open("visitors", 1);
  open.onupgradeneeded = () => open.result.createObjectStore("ids");
  open.onsuccess = () => {
    const store = () => open.result.transaction("ids", "readwrite").objectStore("ids");
    const ask = store().get("me");
    ask.onsuccess = () => {
      const id = ask.result || crypto.randomUUID();
      store().put(id, "me");
      document.cookie = "visitor=" + id + "; Max-Age=31536000; Path=/; Secure";
    };
  };
})();
