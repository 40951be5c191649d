// Like the X pixel.
new Image().src = "https://t.co/i/adsct?txn_id=o1&p_id=Twitter&tw_document_href=" + encodeURIComponent(location.href);
new Image().src = "https://analytics.twitter.com/i/adsct?txn_id=o1&p_id=Twitter&tw_document_href=" + encodeURIComponent(location.href);
