// After a page comes with errors, or a refusal arrives in it, attention goes there, not to the top of the page.

export function callAttention(root) {
  const trouble = root.matches?.("[data-error-summary], .refusal")
    ? root
    : root.querySelector("[data-error-summary], .refusal");
  trouble?.focus();
}
