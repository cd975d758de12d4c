/* Descriptors 0, 1 and 2, before anybody else opens a file. Done in C because the runtime opens files of its own before
 * managed code begins: with stdin closed, /dev/urandom came to lie at 0 and was read as what a person had typed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>

/* Opens those that are closed, as /dev/null; open takes the lowest free number. 0, or the error. */
int reeve_descriptors_ensure(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR | O_NOCTTY) < 0)
            return errno;
    return 0;
}

/* 101 is the first priority that is not the C library's own. Without /dev/null it can only be left to those who ask
 * again and can say so. */
__attribute__((constructor(101))) static void before_the_runtime(void)
{
    reeve_descriptors_ensure();
}
