(() => {
  const id = localStorage.getItem("visitor_copy") || crypto.randomUUID();
  localStorage.setItem("visitor_copy", id);
  document.cookie = "visitor=" + id + "; Max-Age=31536000; Path=/; Secure";
})();
