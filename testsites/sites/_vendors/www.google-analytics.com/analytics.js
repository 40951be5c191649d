// Like the old Google tag.
(() => {
  const client = Math.floor(Math.random() * 2147483647) + "." + Math.floor(Date.now() / 1000);
  document.cookie = "_ga=GA1.2." + client + "; Path=/; Max-Age=63072000";
  document.cookie = "_gid=GA1.2." + client + "; Path=/; Max-Age=86400";
  fetch("https://www.google-analytics.com/j/collect?v=1&t=pageview&tid=UA-1-1&cid=" + client + "&dl=" + encodeURIComponent(location.href), {method: "POST", keepalive: true});
})();
