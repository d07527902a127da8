/** The one line of HTML that puts the widget on a page. */
export function widgetTag(publicUrl: string, key: string): string {
  return `<script async src="${publicUrl}/widget.js" data-site="${key}"></script>`
}
