import { OperatorError } from '../../contract/error.ts'

/**
 * Why git failed. damaged: the clone is broken, and is to be made anew · network: may pass by itself ·
 * full: the disk · busy: another git is at work · failed: whatever else.
 */
export type GitTrouble =
  | 'missing'
  | 'stopped'
  | 'login'
  | 'host-key'
  | 'not-found'
  | 'network'
  | 'full'
  | 'owner'
  | 'busy'
  | 'damaged'
  | 'failed'

/** An error of git, for the operator, that knows what kind of trouble it is. */
export class GitError extends OperatorError {
  readonly trouble: GitTrouble

  constructor(trouble: GitTrouble, message: string, advice?: string) {
    super(message, advice)
    this.trouble = trouble
  }
}

interface Sign {
  readonly trouble: GitTrouble
  /** What git, ssh or curl write in LC_ALL=C: found in their sources, and seen in the tests. */
  readonly seen: RegExp
  readonly says: string
  readonly advice: string
}

/** The first that fits: what is more exact stands first. */
const signs: readonly Sign[] = [
  {
    trouble: 'full',
    seen: /No space left on device|Disk quota exceeded|out of disk space/i,
    says: 'the disk is full',
    advice: 'Make room on that file system, then try again.',
  },
  {
    trouble: 'missing',
    seen: /cannot run ssh|ssh: not found/,
    says: 'there is no ssh',
    advice: 'Install the package openssh-client.',
  },
  {
    trouble: 'host-key',
    seen: /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    says: 'the server shows another host key than the one that is known',
    advice:
      'Find out why. Only if the new key is right: remove the old one with ssh-keygen -R, and connect once by hand.',
  },
  {
    trouble: 'host-key',
    seen: /Host key verification failed|No \w+ host key is known for/,
    says: 'the host key of the server is not known',
    advice: "Connect once by hand, as the bot's user, with ssh, and compare the key's fingerprint.",
  },
  {
    trouble: 'login',
    seen: /terminal prompts disabled|could not read (?:Username|Password)|unable to read askpass|Authentication failed/i,
    says: 'it asks for a password, and nobody is there to type one',
    advice: 'Give the bot access without one: a deploy key and an ssh address, or a token.',
  },
  {
    trouble: 'login',
    seen: /Permission denied \([\w,-]*(?:publickey|password|keyboard-interactive)|error: 403|Too many authentication failures/i,
    says: 'the server refuses access',
    advice: "Add the public ssh key of the bot's user to the repository as a deploy key.",
  },
  {
    trouble: 'owner',
    seen: /dubious ownership/,
    says: 'it belongs to another user, whose settings git would have to trust',
    advice:
      "Give it to the bot's user with chown, or trust it: git config --global --add safe.directory PATH.",
  },
  {
    trouble: 'busy',
    seen: /\.lock': File exists|Another git process seems to be running|could not lock/i,
    says: 'another git is at work in the clone',
    advice: 'Wait until it has ended, then try again.',
  },
  {
    trouble: 'network',
    seen: /Could not resolve host|Temporary failure in name resolution|Connection (?:refused|timed out|reset|closed)|Operation timed out|Network is unreachable|No route to host|Failed to connect|Couldn't connect|Could not connect|SSL|certificate|RPC failed|kex_exchange_identification|returned error: 5\d\d|error: 429/i,
    says: 'the server cannot be reached',
    advice: 'See whether the network and the server are well, then try again.',
  },
  {
    trouble: 'not-found',
    seen: /does not appear to be a git repository|repository '[^']*' (?:not found|does not exist)|Repository not found|returned error: 404|not valid: is this a git repository/i,
    says: 'there is no such repository, or it may not be seen',
    advice: 'Correct `repo` in the config, or give the bot access to it.',
  },
  {
    trouble: 'damaged',
    seen: /not a git repository|bad object|missing (?:blob|tree|commit|object|necessary)|corrupt|unable to (?:read|find|unpack|parse object)|loose object .* is empty|broken ref|bad (?:tree|ref|signature)|bad config|packfile .* (?:cannot be accessed|index unavailable|signature mismatch|invalid)|far too short|inflate|hash mismatch|did not send all necessary objects|is too small|remote unpack failed|unresolved deltas|Could not read|not a valid object/i,
    says: 'the clone is damaged',
    advice: 'Try again: the clone is made anew then.',
  },
  {
    trouble: 'network',
    seen: /early EOF|hung up unexpectedly|unexpected disconnect|Could not read from remote repository/i,
    says: 'the connection broke off',
    advice: 'See whether the network and the server are well, then try again.',
  },
  {
    trouble: 'failed',
    seen: /Permission denied|Read-only file system|could not create|cannot mkdir/i,
    says: 'the bot may not write there',
    advice: "Give the deploy path to the bot's user.",
  },
]

const fatal = /^(?:fatal|error|ERROR|ssh|remote): .*$/gm

/** The one line that says most: git's last word. */
const lastWord = (text: string): string => {
  const lines = text.match(fatal) ?? text.trim().split('\n')
  return (lines.findLast((line) => line.trim() !== '') ?? '').trim().slice(0, 300)
}

/** Pure: what git wrote → what it means. `what`: `git fetch of web on main`. */
export function explain(what: string, wrote: string): GitError {
  const sign = signs.find(({ seen }) => seen.test(wrote))
  const word = lastWord(wrote)
  if (sign === undefined)
    return new GitError('failed', `${what} failed: ${word || 'it did not say why'}`)
  const { trouble, says, advice } = sign
  return new GitError(trouble, `${what} failed: ${says}${word && ` (${word})`}`, advice)
}
