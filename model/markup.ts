/** Escapes plain text for XML and HTML, between tags and in a quoted attribute (XML 1.0, section 2.4). */
export const escapeMarkup = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
