// Like a tag manager container: loads the Google tag.
(() => {
  const tag = document.createElement("script");
  tag.async = true;
  tag.src = "https://www.googletagmanager.com/gtag/js?id=G-TEST123";
  document.head.append(tag);
})();
