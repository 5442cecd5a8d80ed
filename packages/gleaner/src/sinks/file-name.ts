import { createHash } from 'node:crypto';
import { cut } from './column-names.ts';

/** The longest name that file systems have, in bytes (NAME_MAX of ext4, APFS, NTFS in UTF-16, …). */
const LONGEST = 255;

/** Device names of Windows, with any extension (Naming Files, Paths, and Namespaces). */
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)/i;

/** Control, format (bidi and zero-width) and private characters, halves of pairs; line and paragraph separators. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]+/gu;
/** What Windows does not allow, and what separates folders anywhere; and spaces. */
const FORBIDDEN = /[<>:"/\\|?*\s]+/g;
/** A dot hides a file, a dash makes it an option of most commands, a tilde somebody's home. */
const LEADING = /^[.\-~_]+/;

const EXTENSION = /\.([a-z0-9]{1,10})$/i;

/** By the media types that downloads commonly have (IANA media types). */
const EXTENSIONS = new Map(
  Object.entries({
    'application/epub+zip': 'epub',
    'application/gzip': 'gz',
    'application/java-archive': 'jar',
    'application/json': 'json',
    'application/ld+json': 'jsonld',
    'application/msword': 'doc',
    'application/pdf': 'pdf',
    'application/rtf': 'rtf',
    'application/vnd.ms-excel': 'xls',
    'application/vnd.ms-powerpoint': 'ppt',
    'application/vnd.oasis.opendocument.spreadsheet': 'ods',
    'application/vnd.oasis.opendocument.text': 'odt',
    'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
    'application/x-7z-compressed': '7z',
    'application/x-tar': 'tar',
    'application/xhtml+xml': 'xhtml',
    'application/xml': 'xml',
    'application/zip': 'zip',
    'audio/flac': 'flac',
    'audio/mp4': 'm4a',
    'audio/mpeg': 'mp3',
    'audio/ogg': 'ogg',
    'audio/wav': 'wav',
    'font/woff': 'woff',
    'font/woff2': 'woff2',
    'image/avif': 'avif',
    'image/bmp': 'bmp',
    'image/gif': 'gif',
    'image/jpeg': 'jpg',
    'image/png': 'png',
    'image/svg+xml': 'svg',
    'image/tiff': 'tif',
    'image/webp': 'webp',
    'image/x-icon': 'ico',
    'text/calendar': 'ics',
    'text/css': 'css',
    'text/csv': 'csv',
    'text/html': 'html',
    'text/javascript': 'js',
    'text/markdown': 'md',
    'text/plain': 'txt',
    'text/xml': 'xml',
    'video/mp4': 'mp4',
    'video/mpeg': 'mpeg',
    'video/ogg': 'ogv',
    'video/quicktime': 'mov',
    'video/webm': 'webm',
  }),
);

/**
 * A name for the file that a URL leads to, which any file system takes and which leads nowhere else: one name and no path, no
 * device of Windows, not hidden, nothing invisible in it, 255 bytes of UTF-8 at most. It ends with a hash of the whole URL
 * without its fragment, so that the same URL has the same name each time and two URLs have different ones, also where case does
 * not count; the query is in that hash only. The extension is the URL's, or else that of the content type.
 *
 * @example
 * safeName('https://shop.example/img/Blue%20hat.JPG?w=200'); // 'Blue_hat-dc5847c958ad.jpg'
 */
export function safeName(url: string, contentType?: string): string {
  const { address, segment, host } = taken(url);
  const hash = createHash('sha256').update(address).digest('hex').slice(0, 12);
  const clean = segment.normalize('NFC').replace(INVISIBLE, '').replace(FORBIDDEN, '_');
  const found = EXTENSION.exec(clean)?.[1]?.toLowerCase();
  const extension = found ?? extensionOf(contentType);
  const end = `-${hash}${extension === undefined ? '' : `.${extension}`}`;
  const bare = found === undefined ? clean : clean.slice(0, -found.length - 1);
  // Cut first: what follows looks at the end of a text that may be as long as an address.
  let stem = cut(bare, LONGEST)
    .replace(LEADING, '')
    .replace(/[. _]+$/, '');
  if (stem === '') stem = host;
  // The hash makes it another name, unless there is a dot before it.
  if (RESERVED.test(`${stem}-`)) stem = `_${stem}`;
  return `${cut(stem, LONGEST - end.length).replace(/[. ]+$/, '')}${end}`;
}

function extensionOf(contentType: string | undefined): string | undefined {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  return type === undefined ? undefined : EXTENSIONS.get(type);
}

/** The last segment of a URL's path, as people read it; what is no URL is taken for a path. */
function taken(url: string): { address: string; segment: string; host: string } {
  let path = url;
  let host = 'file';
  let address = url;
  if (URL.canParse(url)) {
    const parsed = new URL(url);
    parsed.hash = '';
    address = parsed.href;
    path = parsed.pathname;
    const name = parsed.hostname.replace(/[^a-z0-9.-]+/g, '_').replace(LEADING, '');
    if (name !== '') host = name;
  }
  let end = path.length;
  while (end > 0 && path[end - 1] === '/') end--;
  const segment = path.slice(path.lastIndexOf('/', end - 1) + 1, end);
  try {
    return { address, segment: decodeURIComponent(segment), host };
  } catch {
    // A percent sign that is none of an encoding, or bytes that are no UTF-8.
    return { address, segment, host };
  }
}
