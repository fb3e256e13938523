import tseslint from 'typescript-eslint';

const DEFAULT_EXPORT = { selector: 'ExportDefaultDeclaration', message: 'Name what you export; only config files export a default.' };
const TO_NUMBER = { selector: "MemberExpression[property.name='toNumber']", message: 'Money stays decimal; metrics use toGauge of @ballast/observability.' };
const PARSE_FLOAT = { selector: "CallExpression[callee.name='parseFloat'], MemberExpression[object.name='Number'][property.name='parseFloat']", message: 'Read money with price(), quantity(), money() … of @ballast/domain.' };
const FORWARD_REF = { selector: "CallExpression[callee.name='forwardRef']", message: 'A cycle between modules is a design fault: link them by an event.' };
const EVERYWHERE = [DEFAULT_EXPORT, TO_NUMBER, PARSE_FLOAT, FORWARD_REF];
const CLOCK_AND_CHANCE = [
  { selector: "MemberExpression[object.name='Date'][property.name='now']", message: 'Time comes on the command (context.at), never from the clock.' },
  { selector: "MemberExpression[object.name='Math'][property.name='random']", message: 'A rule knows no chance.' },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Time comes on the command (context.at), never from the clock.' },
  { selector: "CallExpression[callee.name='Date']", message: 'Time comes on the command (context.at), never from the clock.' },
  { selector: "CallExpression[callee.name='randomUUID'], MemberExpression[property.name='randomUUID']", message: 'Ids come from content: contentId of @ballast/domain.' },
];
const SPECS = ['**/*.spec.ts'];
const NO_NODE = { regex: '^node:', message: 'libs/domain is arithmetic and names: nothing of Node but the hash in ids.ts.' };

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.cache/**', 'out/**', 'run/**', 'coverage/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{js,cjs,mjs,ts,tsx}'],
    rules: {
      complexity: ['error', 20],
      eqeqeq: 'error',
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 5],
      'no-console': 'off',
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-restricted-syntax': ['error', ...EVERYWHERE],
      'no-var': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack'], location: 'anywhere' }],
      'prefer-const': 'error',
    },
  },
  {
    files: ['**/*.{ts,tsx}'],
    ignores: ['*.config.ts'],
    extends: [tseslint.configs.base],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'max-params': 'off',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }],
      '@typescript-eslint/max-params': ['error', { max: 5 }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-for-in-array': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/only-throw-error': 'error',
    },
  },
  { files: ['*.config.{js,ts}', '.dependency-cruiser.cjs'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: ['libs/domain/src/**/*.ts', '**/*.decider.ts'],
    ignores: SPECS,
    rules: { 'no-restricted-syntax': ['error', ...EVERYWHERE, ...CLOCK_AND_CHANCE] },
  },
  {
    files: ['libs/domain/src/**/*.ts'],
    ignores: [...SPECS, 'libs/domain/src/ids.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [NO_NODE] }] },
  },
  {
    files: ['libs/domain/src/ids.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [{ ...NO_NODE, regex: '^node:(?!crypto$)' }] }] },
  },
  { files: ['libs/observability/src/gauge.ts'], rules: { 'no-restricted-syntax': ['error', DEFAULT_EXPORT, PARSE_FLOAT, FORWARD_REF] } },
  {
    files: SPECS,
    rules: { 'max-lines-per-function': 'off', '@typescript-eslint/no-non-null-assertion': 'off' },
  },
);
