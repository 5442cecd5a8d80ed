import { GIVEN_UP, type Source } from './quick-source.ts';
import { TEXT, type TapeWriter } from './tape.ts';

/** On a tape, elements of drawings are counted from here. */
export const SVG: number = 1 << 20;

/** The elements that drawings are made of, by their numbers; with others the page is given up. */
export const SVG_NAMES: readonly string[] = (
  'svg a animate animateMotion animateTransform circle clipPath defs ellipse feBlend feColorMatrix feComposite feDropShadow ' +
  'feFlood feGaussianBlur feImage feMerge feMergeNode feOffset feTile feTurbulence filter g image line linearGradient ' +
  'marker mask metadata mpath path pattern polygon polyline radialGradient rect set stop style svg switch symbol text ' +
  'textPath title tspan use view'
).split(' ');

const NUMBERS: ReadonlyMap<string, number> = new Map(
  SVG_NAMES.map((name, number) => [name.toLowerCase(), SVG + number]),
);

/** The number of an element by its name in small letters, as selectors have it; undefined if drawings have none such. */
export function svgNumber(name: string): number | undefined {
  return NUMBERS.get(name);
}

/** Attributes that have capital letters in SVG (HTML standard, 13.2.6.1, adjust SVG attributes). */
export const SVG_ATTRIBUTES: ReadonlyMap<string, string> = new Map(
  (
    'attributeName attributeType baseFrequency baseProfile calcMode clipPathUnits diffuseConstant edgeMode filterUnits ' +
    'glyphRef gradientTransform gradientUnits kernelMatrix kernelUnitLength keyPoints keySplines keyTimes lengthAdjust ' +
    'limitingConeAngle markerHeight markerUnits markerWidth maskContentUnits maskUnits numOctaves pathLength ' +
    'patternContentUnits patternTransform patternUnits pointsAtX pointsAtY pointsAtZ preserveAlpha preserveAspectRatio ' +
    'primitiveUnits refX refY repeatCount repeatDur requiredExtensions requiredFeatures specularConstant ' +
    'specularExponent spreadMethod startOffset stdDeviation stitchTiles surfaceScale systemLanguage tableValues targetX ' +
    'targetY textLength viewBox viewTarget xChannelSelector yChannelSelector zoomAndPan'
  )
    .split(' ')
    .map((name) => [name.toLowerCase(), name]),
);

/**
 * Reads a drawing from the rest of its first start tag to its end tag (HTML standard, 13.2.6.5). There every element
 * has an end tag or ends itself; HTML in a drawing gives up, as does what is nested deeper than `deepest`.
 */
export function readSvg(source: Source, tape: TapeWriter, parent: number, deepest: number): void {
  const open = [addElement('svg', source, tape, parent)];
  if (source.isSelfClosing) open.pop();
  for (let current = open[0]; current !== undefined; current = open[open.length - 1]) {
    const from = source.at;
    switch (source.next()) {
      case 'text':
        source.passText();
        tape.add(TEXT, from, source.at, current);
        break;
      case 'start': {
        // In a title would be HTML.
        if (nameOf(tape.what(current)) === 'title') throw GIVEN_UP;
        const element = addElement(source.startName().name, source, tape, current);
        if (source.isSelfClosing) break;
        if (open.length >= deepest) throw GIVEN_UP;
        open.push(element);
        break;
      }
      case 'end':
        if (source.endTag().name !== nameOf(tape.what(current))) throw GIVEN_UP;
        tape.close(current);
        open.pop();
        break;
      default:
        // Among others a CDATA section, which is text here.
        throw GIVEN_UP;
    }
  }
}

function addElement(name: string, source: Source, tape: TapeWriter, parent: number): number {
  const number = NUMBERS.get(name);
  if (number === undefined) throw GIVEN_UP;
  const from = source.at;
  source.passAttributes();
  return tape.add(number, from, tape.size + 1, parent);
}

function nameOf(number: number): string {
  return (SVG_NAMES[number - SVG] ?? '').toLowerCase();
}
