/* SPDX-FileCopyrightText: 2026 k8n contributors
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Holds a pod's namespaces: waits, and reaps what its siblings leave. kubeadm's upgrade asks it for its version. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void end(int signal) { (void)signal; _exit(0); }
static void reap(int signal) { (void)signal; while (waitpid(-1, NULL, WNOHANG) > 0) {} }

int main(int count, char **words) {
  if (count > 1 && strcmp(words[1], "-v") == 0) { puts("pause " VERSION); return 0; }
  signal(SIGINT, end);
  signal(SIGTERM, end);
  signal(SIGCHLD, reap);
  for (;;) pause();
}
