"""What a press would have done, by the name of its view: said when it was not done."""

NOTHING_DONE = "何も変えていません"
NOT_DONE = {
    "patrons:test_mail": "試しのメールを送っていません",
    "patrons:send_confirmation": "確認のメールを送っていません",
    "patrons:password": "パスワードを変更していません",
    "patrons:mail_address": "メールアドレスを変更していません",
    "patrons:newsletter": "メールの設定を保存していません",
    "patrons:end_login": "ほかの機器のログインを終わらせていません",
    "patrons:end_logins": "ほかの機器のログインを終わらせていません",
    "patrons:add_favourite": "お気に入りに入れていません",
    "patrons:favourites": "リストを作っていません",
    "patrons:delete_favourites": "リストを削除していません",
    "patrons:note_favourite": "メモを保存していません",
    "patrons:rename_favourites": "リストの名前を変えていません",
    "patrons:move_favourites": "移していません",
    "patrons:copy_favourites": "写していません",
    "patrons:take_out_favourites": "リストから外していません",
    "patrons:arrange_favourites": "並べかえていません",
    "children:settings": "お知らせの設定を保存していません",
    "children:stop": "お知らせをやめていません",
    "children:resend": "確認のメールを送っていません",
    "children:send_replace_link": "リンクのメールを送っていません",
    "reservations:confirm": "予約していません",
    "reservations:favourite": "お気に入りに入れていません",
    "reservations:basket_order": "順番を変えていません",
    "reservations:form_sequence": "順番予約にしていません",
    "reservations:change_pickup": "受け取る館を変えていません",
    "reservations:change": "予約の内容を変えていません",
    "reservations:place_again": "予約していません",
    "reservations:order": "順番を変えていません",
    "reservations:suspension": "スキップを設定していません",
    "reservations:end_suspension": "スキップをやめていません",
    "reservations:cancel": "予約を取り消していません",
    "circulation:renew": "延長していません",
    "circulation:settings": "設定を保存していません",
    "loans:consent": "読書履歴を始めていません",
    "loans:withdraw": "読書履歴をやめていません",
    "loans:delete_all": "読書履歴を削除していません",
    "loans:delete_entry": "読書履歴を削除していません",
    "counter:scan": "読み取ったものを記録していません",
    "counter:list_scan": "読み取ったものを記録していません",
}
SENTENCE = "ログインが終わっていたため、まだ{not_done}。もう一度押してください。"
WITH_FIELDS = "{sentence}入れていただいたものは、パスワードのほかは残っています。"


def sentence_for(view_name: str) -> str:
    return SENTENCE.format(not_done=NOT_DONE.get(view_name, NOTHING_DONE))
