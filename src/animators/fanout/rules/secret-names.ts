/** Words that say by themselves that a value is a secret. */
const WORDS = new Set([
  ...['token', 'secret', 'password', 'passwd', 'pwd', 'passphrase', 'signature', 'sig', 'hmac'],
  ...['credential', 'credentials', 'jwt', 'auth', 'authorization', 'cookie', 'sessionid', 'jsessionid'],
])
/** Words before `key`, and `key` alone, that make it a secret; `sort_key` is none. */
const KEYS = new Set([
  '',
  'api',
  'access',
  'secret',
  'private',
  'auth',
  'client',
  'account',
  'subscription',
  'functions',
  'x',
])

/**
 * Whether a parameter or header of this name holds a secret, as `access_token`, `X-Api-Key` and `apiKey` do. Whole words
 * count: `tokenize` is none.
 */
export function isSecretName(name: string): boolean {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
  return (
    words.some(
      (word, i) => WORDS.has(word) || (word === 'key' && KEYS.has(words[i - 1] ?? '')) || isJoinedKey(word),
    ) || WORDS.has(words.join(''))
  )
}

/** `apikey`, `accesskey`. */
function isJoinedKey(word: string): boolean {
  return word.length > 4 && word.endsWith('key') && KEYS.has(word.slice(0, -3))
}
