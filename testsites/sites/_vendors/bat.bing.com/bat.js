// Like Microsoft's tag for advertisers.
(() => {
  const visit = crypto.randomUUID().replaceAll("-", "");
  document.cookie = "_uetsid=" + visit + "; Path=/; Max-Age=86400";
  document.cookie = "_uetvid=" + visit + "; Path=/; Max-Age=33696000";
  new Image().src = "https://bat.bing.com/action/0?ti=1&Ver=2&evt=pageLoad&sid=" + visit + "&p=" + encodeURIComponent(location.href);
})();
