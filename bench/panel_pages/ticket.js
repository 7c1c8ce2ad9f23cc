document.querySelector("h2 .badge").textContent = `#${new URLSearchParams(location.search).get("number")}`;
