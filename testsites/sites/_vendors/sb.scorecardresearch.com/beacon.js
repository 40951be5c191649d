// Like comScore's tag.
new Image().src = "https://sb.scorecardresearch.com/b?c1=2&c2=1&c7=" + encodeURIComponent(location.href);
