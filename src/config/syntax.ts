import type { ErrorCode, YAMLError } from 'yaml'

const general = 'not YAML here, expected "key: value", "- item" or a quoted text'

/**
 * The parser's findings in the words of this program. Its own messages quote what they stumble
 * over, which may be a password.
 */
const problems: Readonly<Partial<Record<ErrorCode, string>>> = {
  ALIAS_PROPS: 'an alias with a tag or an anchor, expected a bare *name',
  BAD_ALIAS: 'an alias without a name, expected *name',
  BAD_DIRECTIVE: 'not a YAML directive, expected settings',
  BAD_DQ_ESCAPE:
    'an unknown escape in a text in double quotes, expected \\\\ for one backslash, or single quotes',
  BAD_INDENT: 'indented differently from its neighbours, expected the same column',
  BLOCK_AS_IMPLICIT_KEY:
    'a second ": " on one line, expected the value in quotes or on lines of its own',
  BLOCK_IN_FLOW: 'an indented block inside { } or [ ], expected a comma-separated list',
  DUPLICATE_KEY: 'this key stands here twice, expected each key once',
  MISSING_CHAR: 'something is missing here, expected a closing quote, bracket, brace or comma',
  MULTIPLE_ANCHORS: 'two anchors on one value, expected one',
  MULTIPLE_DOCS: 'a second document, expected one "---" at most',
  MULTIPLE_TAGS: 'two tags on one value, expected none',
  NON_STRING_KEY: 'this key is no text, expected a name',
  RESOURCE_EXHAUSTION: 'nested too deeply, expected plain settings',
  TAB_AS_INDENT: 'indented with a tab, expected blanks',
  TAG_RESOLVE_FAILED: 'an unknown tag, expected a plain value',
}

/** What is wrong where the parser stumbled, and what was expected. */
export function syntaxProblem({ code, message, pos }: YAMLError, text: string): string {
  const line = text.slice(text.lastIndexOf('\n', pos[0] - 1) + 1, pos[1]).trimEnd()
  const interpolation = /\$\{[^"'}]*$/.test(line)
  if (interpolation && code === 'UNEXPECTED_TOKEN')
    return '${NAME} without quotes inside { }, expected "${NAME}"'
  const comparison = /(?:^|[\s{[,])[\w-]+:\s*>[^"']*$/.test(line)
  if (comparison && (code === 'UNEXPECTED_TOKEN' || code === 'BAD_SCALAR_START'))
    return 'a threshold without quotes, expected quotes around it, such as "> 85%"'
  if (code === 'BAD_SCALAR_START' || code === 'BAD_PROP_ORDER')
    return 'a text that begins with a character that means something else in YAML, expected quotes around it'
  const unclosed = code === 'BAD_INDENT' && message.includes('end with a')
  return problems[unclosed ? 'MISSING_CHAR' : code] ?? general
}
