;;; emacs.el --- Drives a real Emacs, in batch: eglot and lsp-mode, set up as docs/editors.md says  -*- lexical-binding: t -*-

;; What it needs to know comes from the environment that `run' makes.  Prints one line for each step, then leaves Emacs
;; with status 0 or 1.

(require 'cl-lib)
(require 'flymake)
(require 'json)

(defvar e2e-patience (string-to-number (getenv "E2E_PATIENCE")))
(defvar e2e-began (float-time))

(defun e2e-done (step &rest arguments)
  (princ (format "  %5.1f s  %s\n" (- (float-time) e2e-began) (apply #'format step arguments))))

(defun e2e-until (what question)
  "Wait until QUESTION, asked again and again, has an answer, and return that."
  (let ((end (+ (float-time) e2e-patience)) answer)
    (while (not (setq answer (funcall question)))
      (when (> (float-time) end)
        (error "%s: not within %d s" what e2e-patience))
      (accept-process-output nil 0.05))
    answer))

(defun e2e-read (file)
  (with-temp-buffer
    (let ((coding-system-for-read 'utf-8-unix)) (insert-file-contents file))
    (buffer-string)))

(defvar e2e-scenario
  (json-parse-string (e2e-read (getenv "E2E_SCENARIO")) :object-type 'alist))

(defun e2e-snippet (word)
  "The block of docs/editors.md in which WORD stands."
  (with-temp-buffer
    (insert-file-contents (getenv "E2E_DOCUMENTATION"))
    (let (found)
      (while (and (not found) (re-search-forward "^```elisp\n\\(\\(?:.\\|\n\\)*?\\)\n```$" nil t))
        (let ((block (match-string 1)))
          (when (string-match-p (regexp-quote word) block) (setq found block))))
      (or found (error "No snippet with %s" word)))))

(defun e2e-set-up (word)
  (with-temp-buffer
    (insert (e2e-snippet word))
    (eval-buffer)))

(defun e2e-open (file)
  (copy-file (getenv "E2E_FILE") file t)
  (find-file file)
  (python-mode))

(defun e2e-check-repaired (file)
  (save-buffer)
  (unless (equal (e2e-read file) (e2e-read (getenv "E2E_EXPECTED")))
    (error "the file on disk is the repaired text: instead it is\n%s" (e2e-read file)))
  (e2e-done "saved, and the file on disk is the repaired text"))

(defun e2e-eglot ()
  (require 'eglot)
  (e2e-set-up "eglot-server-programs")
  (setq eglot-confirm-server-edits nil
        eglot-sync-connect t)
  (let ((file (expand-file-name "eglot.py" (file-name-directory (getenv "E2E_FILE")))))
    (e2e-open file)
    (apply #'eglot--connect (eglot--guess-contact))
    (e2e-done "eglot: %s" (plist-get (eglot--server-info (eglot-current-server)) :name))
    (flymake-start)
    (let* ((finding (e2e-until "the finding is shown" (lambda () (car (flymake-diagnostics)))))
           (marked (buffer-substring-no-properties (flymake-diagnostic-beg finding) (flymake-diagnostic-end finding))))
      (e2e-done "eglot marks \"%s\": %s" marked (flymake-diagnostic-text finding))
      (unless (equal marked (alist-get 'mark e2e-scenario)) (error "The mark is not %s" (alist-get 'mark e2e-scenario)))
      (goto-char (flymake-diagnostic-beg finding))
      (let* ((actions (eglot-code-actions (point) (point) nil nil))
             (preferred (cl-find-if (lambda (action) (eq t (plist-get action :isPreferred))) actions)))
        (unless (string-prefix-p (alist-get 'fix e2e-scenario) (plist-get preferred :title))
          (error "The preferred fix is not \"%s...\"" (alist-get 'fix e2e-scenario)))
        (eglot-execute (eglot-current-server) preferred)
        (e2e-done "eglot took \"%s\"" (plist-get preferred :title))))
    (e2e-check-repaired file)
    (e2e-until "the finding is gone" (lambda () (flymake-start) (null (flymake-diagnostics))))
    (e2e-done "the finding is gone")
    (eglot-shutdown (eglot-current-server))
    (kill-buffer)))

(defun e2e-lsp-mode ()
  (require 'lsp-mode)
  ;; An installed package loads its parts by itself; this one has only been unpacked.
  (mapc #'require '(lsp-lens lsp-modeline lsp-headerline lsp-diagnostics lsp-completion lsp-semantic-tokens))
  (e2e-set-up "make-lsp-client")
  (setq lsp-auto-guess-root t
        lsp-enable-snippet nil
        lsp-enable-file-watchers nil
        lsp-diagnostics-provider :none
        lsp-modeline-diagnostics-enable nil
        lsp-modeline-code-actions-enable nil
        lsp-headerline-breadcrumb-enable nil
        lsp-warn-no-matched-clients nil)
  (let ((file (expand-file-name "lspmode.py" (file-name-directory (getenv "E2E_FILE")))))
    (e2e-open file)
    (lsp-workspace-folders-add (file-name-directory file))
    (lsp)
    (e2e-until "the server is attached"
               (lambda () (cl-some (lambda (one) (eq 'initialized (lsp--workspace-status one))) (lsp-workspaces))))
    (let* ((finding (e2e-until "the finding is shown"
                               (lambda () (car (gethash (file-truename file) (lsp-diagnostics))))))
           (start (lsp:range-start (lsp:diagnostic-range finding))))
      (e2e-done "lsp-mode shows %s: %s" (lsp:diagnostic-code? finding) (lsp:diagnostic-message finding))
      (goto-char (lsp--position-to-point start))
      (unless (looking-at-p (regexp-quote (alist-get 'mark e2e-scenario)))
        (error "The mark is not %s" (alist-get 'mark e2e-scenario)))
      (let ((preferred (cl-find-if #'lsp:code-action-is-preferred? (lsp-code-actions-at-point))))
        (unless (string-prefix-p (alist-get 'fix e2e-scenario) (lsp:code-action-title preferred))
          (error "The preferred fix is not \"%s...\"" (alist-get 'fix e2e-scenario)))
        (lsp-execute-code-action preferred)
        (e2e-done "lsp-mode took \"%s\"" (lsp:code-action-title preferred))))
    (e2e-check-repaired file)
    (kill-buffer)))

(condition-case problem
    (progn
      (setq make-backup-files nil)
      (e2e-eglot)
      (e2e-lsp-mode))
  (error
   (princ (format "  FAIL  %s\n" (error-message-string problem)))
   (kill-emacs 1)))
(kill-emacs 0)
;;; emacs.el ends here
