/* Classifies replies and prints what it found: for each record `LENGTH NEWLINE BYTES` on standard input, a line of values
   that are separated by tabs. */

#include "bounce_codes.h"

#include <stdio.h>
#include <stdlib.h>

static const char *or_empty(const char *name) { return name ? name : ""; }

static void print_text(bounce_codes_text text) { printf("%.*s", (int)text.length, or_empty(text.start)); }

/* The key of a row: the code of a standard, the provider and its code, or else the name. */
static void print_key(const bounce_codes_table_row *row) {
    if (row->key[0]) {
        printf("%s", row->key);
    } else if (row->provider.start) {
        print_text(row->provider);
        printf(": ");
        print_text(row->code);
    } else {
        print_text(row->name);
    }
}

static void print(const char *reply, size_t length) {
    bounce_codes_verdict verdict;
    bounce_codes_table_row row = {0};
    bool found = bounce_codes_classify(reply, length, 0, &verdict);

    if (verdict.reply) printf("%d", verdict.reply);
    putchar('\t');
    if (verdict.enhanced[0]) printf("%d.%d.%d", verdict.enhanced[0], verdict.enhanced[1], verdict.enhanced[2]);
    printf("\t%s", or_empty(bounce_codes_bounce_name(verdict.bounce)));
    printf("\t%s", found ? verdict.retry ? "true" : "false" : "");
    printf("\t%s", or_empty(bounce_codes_category_name(verdict.category)));
    printf("\t%s", or_empty(bounce_codes_scope_name(verdict.scope)));
    printf("\t%s", or_empty(bounce_codes_outcome_name(verdict.outcome)));
    printf("\t%s", or_empty(bounce_codes_command_name(verdict.command)));
    printf("\t%.*s", (int)verdict.recipient.length, reply + verdict.recipient.offset);
    putchar('\t');
    print_text(verdict.provider);
    putchar('\t');
    print_text(verdict.name);
    putchar('\t');
    if (found && bounce_codes_row(verdict.matched, verdict.row, &row)) print_key(&row);
    putchar('\n');
}

int main(void) {
    size_t length;
    while (scanf("%zu", &length) == 1 && getchar() == '\n') {
        /* Exactly as long as the reply, so that valgrind sees every byte that is read past its end. */
        char *reply = malloc(length);
        if (length && (!reply || fread(reply, 1, length, stdin) != length)) return 1;
        print(reply, length);
        free(reply);
    }
    return 0;
}
