import { autocompletion, type Completion, type CompletionContext, type CompletionResult, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { javascript } from '@codemirror/lang-javascript'
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language'
import { type Diagnostic, lintKeymap, setDiagnostics } from '@codemirror/lint'
import { Compartment, EditorState } from '@codemirror/state'
import { drawSelection, EditorView, keymap } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import type { Language } from './examples.ts'
import type { Member, TypeProblem } from './types.ts'

/** Colors of the page, in both schemes. */
const colors = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword], color: 'var(--figure-adjoint)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--figure-value)' },
  { tag: [tags.string, tags.regexp], color: 'var(--figure-tangent)' },
  { tag: tags.comment, color: 'var(--figure-label)', fontStyle: 'italic' },
  { tag: [tags.typeName, tags.className], color: 'var(--figure-label)' },
  { tag: tags.function(tags.variableName), fontWeight: '600' },
])

const look = EditorView.theme({
  '&': { border: '1px solid var(--vp-c-border)', borderRadius: '6px', background: 'var(--vp-c-bg)', color: 'var(--figure-ink)', fontSize: '0.9rem' },
  '&.cm-focused': { outline: '2px solid var(--vp-c-brand-1)', outlineOffset: '1px' },
  '.cm-scroller': { fontFamily: 'var(--vp-font-family-mono)', lineHeight: '1.55', maxHeight: '22rem' },
  '.cm-content': { padding: '0.6rem 0', caretColor: 'var(--figure-ink)' },
  '.cm-line': { padding: '0 0.75rem' },
  '.cm-cursor': { borderLeftColor: 'var(--figure-ink)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { background: 'var(--vp-c-brand-soft) !important' },
  '&.cm-focused .cm-matchingBracket': { background: 'var(--vp-c-brand-soft) !important', outline: '1px solid var(--vp-c-brand-1)' },
  '&:not(.cm-focused) .cm-matchingBracket': { background: 'none !important' },
  '.cm-tooltip': { background: 'var(--vp-c-bg-elv)', color: 'var(--figure-ink)', border: '1px solid var(--vp-c-border)', borderRadius: '6px' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': { background: 'var(--vp-c-brand-3)', color: '#fff' },
  '.cm-diagnostic': { whiteSpace: 'pre-wrap', maxWidth: '34rem' },
})

export interface Editor {
  setText(text: string): void
  setLanguage(language: Language): void
  /** Underlines where an error is: to the end of the line where only its beginning is known. */
  setError(message: string | undefined, at: number | undefined): void
  /** Underlines what TypeScript objects to. */
  setProblems(problems: readonly TypeProblem[]): void
  destroy(): void
}

/** What an editor asks and tells. */
export interface Asked {
  /** Names to complete, as far as they are known. */
  names(): readonly Completion[]
  /** What may stand behind a dot, and what the function declares. */
  members(text: string, at: number): Promise<readonly Member[]>
  changed(text: string): void
  focused(): void
}

export function openEditor(parent: HTMLElement, text: string, asked: Asked): Editor {
  const mode = new Compartment()
  let diagnostics: { error: Diagnostic[]; types: Diagnostic[] } = { error: [], types: [] }
  const complete = async (context: CompletionContext): Promise<CompletionResult | null> => {
    const { state, pos, explicit } = context
    const dot = context.matchBefore(/\.\w*/)
    const isMath = context.matchBefore(/\bMath\.\w*/)
    if (dot !== null && isMath === null) {
      const options = await asked.members(state.doc.toString(), pos)
      return options.length === 0 ? null : { from: dot.from + 1, options, validFor: /^\w*$/ }
    }
    const word = isMath ?? context.matchBefore(/[A-Za-z_]\w*/)
    if (!explicit && (word === null || word.text.length < 2)) return null
    const own = isMath === null ? await asked.members(state.doc.toString(), pos) : []
    return { from: word?.from ?? pos, options: [...own, ...asked.names()], validFor: /^(Math\.)?\w*$/ }
  }
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        history(),
        drawSelection(),
        bracketMatching(),
        indentOnInput(),
        syntaxHighlighting(colors),
        autocompletion({ override: [complete], icons: false }),
        // Tab goes on to the next control: an editor that keeps it is a trap for those who use the keyboard.
        keymap.of([...completionKeymap, ...lintKeymap, ...defaultKeymap, ...historyKeymap]),
        mode.of(javascript({ typescript: true })),
        look,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ id: 'formula', 'aria-label': 'Function', 'aria-describedby': 'playground-error', spellcheck: 'false' }),
        EditorView.updateListener.of(update => {
          if (update.docChanged) asked.changed(update.state.doc.toString())
          if (update.focusChanged && update.view.hasFocus) asked.focused()
        }),
      ],
    }),
  })
  /** A range of the text: one character of it at least, where it has one. */
  const within = (from: number, to: number): [number, number] => {
    const { length } = view.state.doc
    const start = Math.min(Math.max(from, 0), Math.max(0, length - 1))
    return [start, Math.min(length, Math.max(start + 1, to))]
  }
  const show = (now: typeof diagnostics) => {
    diagnostics = now
    view.dispatch(setDiagnostics(view.state, [...now.error, ...now.types]))
  }
  return {
    setText: now => {
      if (now !== view.state.doc.toString()) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: now } })
    },
    setLanguage: language => view.dispatch({ effects: mode.reconfigure(javascript({ typescript: language !== 'mathjs' })) }),
    setError: (message, at) => {
      const [from, to] = within(at ?? 0, (at ?? 0) + 1)
      show({ ...diagnostics, error: message === undefined || at === undefined ? [] : [{ from, to, severity: 'error', message }] })
    },
    setProblems: problems => {
      const types = problems.map(({ from, to, message }): Diagnostic => {
        const [start, end] = within(from, to)
        return { from: start, to: end, severity: 'warning', message }
      })
      show({ ...diagnostics, types })
    },
    destroy: () => view.destroy(),
  }
}

/** Characters that the page writes before a function. */
const BEFORE = 'const f = '.length

/** Where in a text an error is, from what its message says: (char 12), or (line:column). */
export function placeOf(message: string, text: string, language: Language): number | undefined {
  const [, char] = /\(char (\d+)\)/.exec(message) ?? []
  if (char !== undefined) return Number(char) - 1
  const [, line, column] = /\b(\d+):(\d+)\b/.exec(message) ?? []
  if (line === undefined || language === 'mathjs') return undefined
  const start = text
    .split('\n')
    .slice(0, Number(line) - 1)
    .reduce((sum, each) => sum + each.length + 1, 0)
  return start + Number(column) - (line === '1' ? BEFORE : 0)
}
