// Uses the header as C++, and prints what it finds.

#include "bounce_codes.h"

#include <cassert>
#include <iostream>
#include <string_view>
#include <thread>

static std::string_view view(bounce_codes_text text) { return {text.start, text.length}; }

static void explain(std::string_view reply) {
    bounce_codes_verdict verdict;
    if (!bounce_codes_classify(reply.data(), reply.size(), BOUNCE_CODES_COMMAND_RCPT_TO, &verdict)) return;
    std::cout << bounce_codes_bounce_name(verdict.bounce) << ": " << view(verdict.name) << '\n'
              << view(verdict.description) << ' ' << view(verdict.advice) << '\n'
              << "because of: " << reply.substr(verdict.evidence.offset, verdict.evidence.length) << '\n';
    for (std::size_t index = 0; index < verdict.references; index++) {
        std::cout << view(bounce_codes_reference(verdict.matched, verdict.row, index)) << '\n';
    }
}

int main() {
    bounce_codes_verdict verdict;
    assert(!bounce_codes_classify(nullptr, 0, 0, &verdict) && verdict.name.start == nullptr);
    assert(bounce_codes_overlay() == nullptr && std::string_view(bounce_codes_version()).size() >= 5);

    const std::string_view replies = "550 5.1.1 No452 4.2.2 No";
    const std::size_t lengths[] = {12, 12};
    bounce_codes_verdict verdicts[2];
    assert(bounce_codes_classify_many(replies.data(), lengths, 2, verdicts) == 2);
    assert(verdicts[0].bounce == BOUNCE_CODES_BOUNCE_HARD && verdicts[1].bounce == BOUNCE_CODES_BOUNCE_SOFT);

    // Nothing is set up, so any thread can start.
    std::thread(explain, "550 5.7.26 Unauthenticated mail").join();
}
