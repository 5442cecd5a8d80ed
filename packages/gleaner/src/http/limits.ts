/**
 * What a server may ask of us, whatever the options say: each well above what honest ones do. Those that a user may want to
 * change are options (`maxBytes`, `maxRedirects`, `timeout`, …); those of a page's contents are with what reads it.
 */

/** The most bytes of one response's status line and headers, and of its trailers; curl takes 300 kB, Node 16 kB. */
export const MAX_HEADER_BYTES = 65_536;

/** The most header fields of one response. */
export const MAX_HEADERS = 1000;

/** The most interim answers (1xx) before the real one: of early hints there are one or two. */
export const MAX_INTERIM = 50;

/** The most encodings that a body may be packed in, one in the other. */
export const MAX_ENCODINGS = 3;

/** How deep arrays and objects may be nested in JSON that a page sends (RFC 8259, 9): whoever walks it may recurse. */
export const MAX_JSON_DEPTH = 1000;
