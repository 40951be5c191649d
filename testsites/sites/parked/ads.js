document.body.dataset.listings = "3";
