"""Forms of doubts: why somebody doubts, and what the answer is and rests on."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (  # type: ignore[attr-defined]  # its types are of an older version
    RadioField,
    SelectChoice,
    TextAreaField,
)
from wtforms.validators import InputRequired

from lms.institutions.doubts.models import DoubtAnswer, DoubtGround
from lms.institutions.doubts.rules import read_evidence, read_words
from lms.institutions.samples.models import SampleAnswer
from lms.web.fields import at_most, readable, typed

GROUNDS = {
    DoubtGround.OFFICER_DAY: _("Yang dikonfirmasi pengelola ini pada hari itu tidak lazim"),
    DoubtGround.MAIL_DOMAIN: _("Domain surelnya tidak lazim"),
    DoubtGround.SHARED_ADDRESS: _("Satu kotak surel tampak dipakai banyak orang"),
    DoubtGround.SAMPLE: _("Pemeriksa sampel menyatakan bukan pegawai"),
    DoubtGround.OTHER: _("Sebab lain"),
}
ANSWERS = {
    DoubtAnswer.UPHELD: _("Benar pegawai: konfirmasinya berlaku"),
    DoubtAnswer.WITHDRAWN: _("Bukan pegawai: konfirmasinya ditarik"),
}
SAMPLE_ANSWERS = {
    SampleAnswer.YES: _("Ya, pegawai instansi itu"),
    SampleAnswer.NO: _("Bukan"),
    SampleAnswer.UNKNOWN: _("Tidak tahu"),
}
OFFERED = [ground for ground in GROUNDS if ground is not DoubtGround.SAMPLE]


class DoubtForm(FlaskForm):
    """Why confirmations of an officer's day are doubted."""

    ground = RadioField(  # type: ignore[call-arg]  # as above
        _("Sebab"),
        [InputRequired(_("Pilih sebabnya."))],
        invalid_choice_message=_("Pilih sebabnya."),
        choices=[SelectChoice(ground.value, GROUNDS[ground]) for ground in OFFERED],
    )
    words = TextAreaField(
        _("Penjelasan"),
        [InputRequired(_("Tulis yang Anda ragukan dan sebabnya.")), readable(read_words)],
        description=_("Dibaca pengelola kepegawaian yang menjawab, dan orangnya bila ia meminta."),
    )

    def read(self) -> tuple[DoubtGround, str]:
        """The values of a form that has been validated."""
        return DoubtGround(self.ground.data), typed(self.words)


class AnswerForm(FlaskForm):
    """What somebody answers, and on what evidence."""

    answer = RadioField(  # type: ignore[call-arg]  # as above
        _("Jawaban"),
        [InputRequired(_("Pilih jawabannya."))],
        invalid_choice_message=_("Pilih jawabannya."),
        choices=[SelectChoice(answer.value, words) for answer, words in ANSWERS.items()],
    )
    evidence = TextAreaField(
        _("Bukti"),
        [InputRequired(_("Tulis buktinya.")), readable(read_evidence)],
        description=_("Misalnya nomor dan tanggal SK. Disimpan dan tidak dapat diubah lagi."),
    )

    def read(self) -> tuple[DoubtAnswer, str]:
        """The values of a form that has been validated."""
        return DoubtAnswer(self.answer.data), typed(self.evidence)


class SampleForm(FlaskForm):
    """What somebody says of a person of a sample."""

    answer = RadioField(  # type: ignore[call-arg]  # as above
        _("Apakah orang ini pegawai instansi itu?"),
        [InputRequired(_("Pilih jawabannya."))],
        invalid_choice_message=_("Pilih jawabannya."),
        choices=[SelectChoice(answer.value, words) for answer, words in SAMPLE_ANSWERS.items()],
    )
    reason = TextAreaField(
        _("Alasan"),
        [at_most(500)],
        description=_("Wajib bila bukan pegawai: apa yang Anda periksa dan apa hasilnya."),
    )

    def read(self) -> tuple[SampleAnswer, str]:
        """The values of a form that has been validated."""
        return SampleAnswer(self.answer.data), typed(self.reason)
