/* A press that cannot be taken back is asked about once more, where there is script. */
document.addEventListener("submit", (event) => {
  const question = event.submitter && event.submitter.dataset.sure;
  if (question && !window.confirm(question)) event.preventDefault();
});
