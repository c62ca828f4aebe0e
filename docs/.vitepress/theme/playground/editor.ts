import { autocompletion, type Completion, type CompletionContext, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { javascript } from '@codemirror/lang-javascript'
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language'
import { type Diagnostic, setDiagnostics } from '@codemirror/lint'
import { Compartment, EditorState } from '@codemirror/state'
import { drawSelection, EditorView, keymap } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import type { Language } from './examples.ts'

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
  '.cm-matchingBracket': { background: 'var(--vp-c-brand-soft) !important', outline: '1px solid var(--vp-c-brand-1)' },
  '.cm-tooltip': { background: 'var(--vp-c-bg-elv)', color: 'var(--figure-ink)', border: '1px solid var(--vp-c-border)', borderRadius: '6px' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': { background: 'var(--vp-c-brand-3)', color: '#fff' },
  '.cm-diagnostic': { whiteSpace: 'pre-wrap', maxWidth: '34rem' },
})

export interface Editor {
  setText(text: string): void
  setLanguage(language: Language): void
  /** Underlines where an error is: to the end of the line where only its beginning is known. */
  setError(message: string | undefined, at: number | undefined): void
  destroy(): void
}

export function openEditor(parent: HTMLElement, text: string, names: () => readonly Completion[], changed: (text: string) => void): Editor {
  const mode = new Compartment()
  const complete = (context: CompletionContext) => {
    const word = context.matchBefore(/(Math\.)?[A-Za-z_]\w*/)
    return word === null || (word.text.length < 2 && !context.explicit) ? null : { from: word.from, options: names(), validFor: /^(Math\.)?\w*$/ }
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
        keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
        mode.of(javascript({ typescript: true })),
        look,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ id: 'formula', 'aria-label': 'Function', 'aria-describedby': 'playground-error', spellcheck: 'false' }),
        EditorView.updateListener.of(update => {
          if (update.docChanged) changed(update.state.doc.toString())
        }),
      ],
    }),
  })
  return {
    setText: now => {
      if (now !== view.state.doc.toString()) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: now } })
    },
    setLanguage: language => view.dispatch({ effects: mode.reconfigure(javascript({ typescript: language !== 'mathjs' })) }),
    setError: (message, at) => {
      const diagnostics: Diagnostic[] = []
      if (message !== undefined && at !== undefined) {
        const from = Math.min(Math.max(at, 0), Math.max(0, view.state.doc.length - 1))
        diagnostics.push({ from, to: Math.min(view.state.doc.length, from + 1), severity: 'error', message })
      }
      view.dispatch(setDiagnostics(view.state, diagnostics))
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
