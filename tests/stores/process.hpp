// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <stdexcept>

namespace tandem::store_tests {

/// A process that does `work` and ends with the code that it gives, 99 when it throws. It shares nothing with this one
/// but the pipe: fork while no database is open and no other thread runs.
class Child {
public:
    /// `work(descriptor)`: what it writes there, `read` gives here.
    template <class Work>
    explicit Child(Work work) {
        if (pipe(pipe_.data()) != 0) { throw std::runtime_error("no pipe"); }
        std::fflush(nullptr);  // else both would write what is still held back
        id_ = fork();
        if (id_ < 0) { throw std::runtime_error("no process"); }
        if (id_ != 0) {
            close(pipe_[1]);
            return;
        }
        close(pipe_[0]);
        int code = 99;
        try {
            code = work(pipe_[1]);
        } catch (...) {}
        _exit(code);
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        if (!ended_) {
            kill();
            wait();
        }
        close(pipe_[0]);
    }

    /// False at its end.
    template <class Value>
    bool read(Value& value) {
        return ::read(pipe_[0], &value, sizeof(value)) == static_cast<ssize_t>(sizeof(value));
    }
    void kill() { ::kill(id_, SIGKILL); }
    /// Kills it once it has written `count` values. The last that it wrote, or `last` where it wrote none.
    /// Errors: throws when it ends before that.
    template <class Value>
    Value kill_after(int count, Value last) {
        for (int i = 0; i < count; ++i) {
            if (!read(last)) { throw std::runtime_error("the process ended by itself"); }
        }
        kill();
        if (wait() != -1) { throw std::runtime_error("the process ended by itself"); }
        while (read(last)) {}
        return last;
    }
    /// Its exit code; -1 when it was killed.
    int wait() {
        int status = 0;
        waitpid(id_, &status, 0);
        ended_ = true;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

private:
    std::array<int, 2> pipe_{};
    pid_t id_ = -1;
    bool ended_ = false;
};

}  // namespace tandem::store_tests
