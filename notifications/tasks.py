from celery import shared_task

from notifications import jobs, sender


@shared_task
def send_due_mail() -> None:
    sender.send_due_mail()


@shared_task
def run_due_jobs() -> None:
    with jobs.pulse(jobs.CLOCK):
        for job in jobs.due():
            run_job.apply_async([job.name], expires=jobs.LEASE.total_seconds())


@shared_task
def run_job(name: str) -> None:
    jobs.run(jobs.JOBS[name])
