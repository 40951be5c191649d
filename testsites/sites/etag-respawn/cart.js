(() => {
  const cart = localStorage.getItem("cart_id") || crypto.randomUUID();
  localStorage.setItem("cart_id", cart);
  document.cookie = "cart=" + cart + "; Max-Age=31536000; Path=/; Secure";
})();
