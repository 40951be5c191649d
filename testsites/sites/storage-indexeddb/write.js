const request = indexedDB.open("visitors", 1);
request.onupgradeneeded = () => request.result.createObjectStore("ids");
request.onsuccess = () => request.result.transaction("ids", "readwrite").objectStore("ids").put(crypto.randomUUID(), "visitor");
