/* The floor of live delivery: BYTES to each of N sockets every TICK milliseconds, one send(2) each.
   floor N BYTES TICK: prints its port, takes N connections, and sends until it is killed. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  int n = atoi(argv[1]), bytes = atoi(argv[2]);
  double tick = atof(argv[3]);
  signal(SIGPIPE, SIG_IGN);
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096)) return 1;
  socklen_t length = sizeof address;
  getsockname(listener, (struct sockaddr *)&address, &length);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  int *sockets = malloc(sizeof(int) * n);
  char *message = calloc(1, bytes + 1);
  for (int i = 0; i < n; i++) sockets[i] = accept(listener, 0, 0);
  struct timespec next;
  clock_gettime(CLOCK_MONOTONIC, &next);
  for (;;) {
    for (int i = 0; i < n; i++) send(sockets[i], message, bytes, MSG_DONTWAIT);
    long nanoseconds = next.tv_nsec + (long)(tick * 1e6);
    next.tv_sec += nanoseconds / 1000000000;
    next.tv_nsec = nanoseconds % 1000000000;
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, 0);
  }
}
