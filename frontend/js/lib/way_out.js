// "Keluar cepat": leaves without a trace of this page in the way back.

document.querySelector("[data-way-out]")?.addEventListener("click", (event) => {
  event.preventDefault();
  location.replace(event.currentTarget.href);
});
