// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace invar {

/// When the loss's gradient is to be taken anew. It ages by what is accepted after it was taken, not by what is
/// rejected.
class GradientAge {
public:
    /// `most`: moves of single layers that may be accepted on one gradient.
    explicit GradientAge(int most) : most_(most) {}

    /// Before the next choice; also where none was taken yet.
    [[nodiscard]] bool is_over() const { return over_; }
    /// Moves accepted since it was taken.
    [[nodiscard]] int accepted() const { return accepted_; }

    /// After a step, before which the gradient was taken anew if that was due.
    void add(int accepted) {
        if (over_)
            accepted_ = 0;
        accepted_ += accepted;
        over_ = accepted_ >= most_;
    }
    void end() { over_ = true; }

private:
    int most_;
    int accepted_ = 0;
    bool over_ = true;
};

} // namespace invar
