/**
 * How deep a YAML or JSON text is nested, found without descending into it. The parser calls itself for every level, and V8
 * ends the whole process where the stack runs out inside a regular expression: there is nothing to catch.
 */
import { CST, Lexer } from 'yaml';

/** Columns before the first word of a line outside brackets: each level of a block needs one at least. */
const WIDEST_INDENT = 200;

/** The line, from 1, on which a text is nested deeper than so many levels; undefined when it nowhere is. */
export function lineTooDeep(text: string, deepest: number): number | undefined {
  let line = 1;
  /** Lists and objects in brackets that are open. */
  let flow = 0;
  /** Levels that begin on this line: `- - a: b: c`. */
  let begun = 0;
  let isStart = true;
  for (const lexeme of new Lexer().lex(text)) {
    const type = CST.tokenType(lexeme);
    if (type === 'flow-seq-start' || type === 'flow-map-start') flow++;
    else if (type === 'flow-seq-end' || type === 'flow-map-end') flow = Math.max(0, flow - 1);
    else if (flow === 0 && INDICATORS.has(type)) begun++;
    else if (isStart && flow === 0 && type === 'space' && lexeme.length > WIDEST_INDENT) return line;
    if (flow > deepest || begun > deepest) return line;
    isStart = lexeme.endsWith('\n');
    if (isStart) begun = 0;
    for (let i = lexeme.indexOf('\n'); i >= 0; i = lexeme.indexOf('\n', i + 1)) line++;
  }
  return undefined;
}

const INDICATORS: ReadonlySet<CST.TokenType | null> = new Set<CST.TokenType>([
  'seq-item-ind',
  'explicit-key-ind',
  'map-value-ind',
]);
