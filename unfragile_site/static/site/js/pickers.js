/* Pickers that take what is not in the list: what is typed is sent as "new:…", and the form makes it. Loaded after
   Django's autocomplete.js and before it starts, so that it starts this one. */
(() => {
  const $ = window.django && window.django.jQuery;
  if (!$ || !$.fn.select2) return;
  $.fn.djangoAdminSelect2 = function () {
    this.each((_, element) => {
      const { appLabel, modelName, fieldName, creates } = element.dataset;
      const made = creates ? {
        tags: true,
        createTag: ({ term }) => (term.trim() ? { id: `new:${term.trim()}`, text: `${term.trim()} (new)` } : null),
        insertTag: (found, tag) => found.push(tag),
      } : {};
      $(element).select2({
        ajax: { data: ({ term, page }) => ({ term, page, app_label: appLabel, model_name: modelName, field_name: fieldName }) },
        ...made,
      });
    });
    return this;
  };
})();
