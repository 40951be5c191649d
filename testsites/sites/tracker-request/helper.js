document.documentElement.dataset.helper = "loaded";
