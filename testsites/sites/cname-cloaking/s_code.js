new Image().src = "https://metrics.cname-cloaking.test/-/pixel.gif?page=" + encodeURIComponent(document.title);
