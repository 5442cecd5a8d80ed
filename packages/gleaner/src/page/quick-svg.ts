import type { Element } from 'domhandler';
import { newElement, newText } from './nodes.ts';
import { append } from './quick-append.ts';
import { GIVEN_UP, type Source } from './quick-source.ts';

const NAMESPACE = 'http://www.w3.org/2000/svg';

/** By their names in small letters, the elements that drawings are made of; with others the page is given up. */
const ELEMENTS: ReadonlyMap<string, string> = bySmallLetters(
  'a animate animateMotion animateTransform circle clipPath defs ellipse feBlend feColorMatrix feComposite feDropShadow ' +
    'feFlood feGaussianBlur feImage feMerge feMergeNode feOffset feTile feTurbulence filter g image line linearGradient ' +
    'marker mask metadata mpath path pattern polygon polyline radialGradient rect set stop style svg switch symbol text ' +
    'textPath title tspan use view',
);

/** Attributes that have capital letters in SVG (HTML standard, 13.2.6.1, adjust SVG attributes). */
const ATTRIBUTES: ReadonlyMap<string, string> = bySmallLetters(
  'attributeName attributeType baseFrequency baseProfile calcMode clipPathUnits diffuseConstant edgeMode filterUnits ' +
    'glyphRef gradientTransform gradientUnits kernelMatrix kernelUnitLength keyPoints keySplines keyTimes lengthAdjust ' +
    'limitingConeAngle markerHeight markerUnits markerWidth maskContentUnits maskUnits numOctaves pathLength ' +
    'patternContentUnits patternTransform patternUnits pointsAtX pointsAtY pointsAtZ preserveAlpha preserveAspectRatio ' +
    'primitiveUnits refX refY repeatCount repeatDur requiredExtensions requiredFeatures specularConstant ' +
    'specularExponent spreadMethod startOffset stdDeviation stitchTiles surfaceScale systemLanguage tableValues targetX ' +
    'targetY textLength viewBox viewTarget xChannelSelector yChannelSelector zoomAndPan',
);

function bySmallLetters(names: string): ReadonlyMap<string, string> {
  return new Map(names.split(' ').map((name) => [name.toLowerCase(), name]));
}

/**
 * Reads a drawing from the rest of its first start tag to its end tag (HTML standard, 13.2.6.5). There every element
 * has an end tag or ends itself; HTML in a drawing gives up, as does what is nested deeper than `deepest`.
 */
export function readSvg(source: Source, deepest: number): Element {
  const top = newElement('svg', source.attributes(ATTRIBUTES), NAMESPACE);
  if (source.isSelfClosing) return top;
  const open: Element[] = [top];
  for (let current = top; ;) {
    switch (source.next()) {
      case 'text':
        append(current, newText(source.text()));
        break;
      case 'start': {
        const name = ELEMENTS.get(source.startName().name);
        // In a title would be HTML.
        if (name === undefined || current.name === 'title') throw GIVEN_UP;
        const element = newElement(name, source.attributes(ATTRIBUTES), NAMESPACE);
        append(current, element);
        if (source.isSelfClosing) break;
        if (open.length >= deepest) throw GIVEN_UP;
        open.push(element);
        current = element;
        break;
      }
      case 'end': {
        if (source.endTag().name !== current.name.toLowerCase()) throw GIVEN_UP;
        open.pop();
        const outer = open[open.length - 1];
        if (outer === undefined) return top;
        current = outer;
        break;
      }
      default:
        // Among others a CDATA section, which is text here.
        throw GIVEN_UP;
    }
  }
}
