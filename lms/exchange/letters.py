"""What officers are written about keys."""

from lms.days import local_day, write_day
from lms.exchange.models import ApiToken
from lms.letters import Letter


def token_made(token: ApiToken, maker: str, institution: str) -> Letter:
    """That somebody has made a key, what it opens, and where it is revoked."""
    until = write_day(local_day(token.expires_at))
    return Letter(
        subject="Kunci API baru untuk instansi Anda",
        parts=(
            (
                f"{maker} membuat kunci API “{token.name}” untuk {institution}. Dengan kunci itu "
                "sistem lain dapat memakai data instansi Anda di SakuHAM sampai "
                f"{until}; haknya: {token.scopes.replace(' ', ', ')}."
            ),
            (
                "Bila Anda tidak mengetahuinya, cabutlah kunci itu di Kepegawaian, Kunci API, dan "
                "tanyakan kepada pembuatnya."
            ),
        ),
        why="Surel ini dikirim karena Anda pengelola kepegawaian instansi itu.",
    )
